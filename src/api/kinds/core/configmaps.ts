// ConfigMap

import {configMaps} from '../../resources.ts'
import type {ConfigMap} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {configMapStrategy} from './config-rules.ts'

export const configMapKind = defineKind<ConfigMap>({
  resource: configMaps,
  strategy: configMapStrategy,
  columns: [
    nameColumn,
    column('Data', ({data, binaryData}) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length, {
      doc: 'data',
    }),
    ageColumn,
  ],
})
