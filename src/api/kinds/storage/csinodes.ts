// CSINode

import {csiNodes} from '../../resources.ts'
import type {CSINode} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {csiNodeStrategy} from './csi-rules.ts'

export const csiNodeKind = defineKind<CSINode>({
  resource: csiNodes,
  strategy: csiNodeStrategy,
  columns: [
    nameColumn,
    column('Drivers', ({spec}) => spec.drivers.length, {
      type: 'integer',
      description: 'Drivers indicates the number of CSI drivers registered on the node',
    }),
    ageColumn,
  ],
})
