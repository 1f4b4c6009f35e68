// DaemonSet

import {daemonSets} from '../../resources.ts'
import type {DaemonSet} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, templateColumns, wideColumn} from '../columns.ts'
import {daemonSetStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {labelSelectorCell, labelsCell} from '../selector-text.ts'
import {daemonSetStrategy} from './daemonset-rules.ts'

export const daemonSetKind = defineKind<DaemonSet>({
  resource: daemonSets,
  strategy: daemonSetStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Desired', ({status}) => status?.desiredNumberScheduled ?? 0, {
      type: 'integer',
      doc: 'status.desiredNumberScheduled',
    }),
    column('Current', ({status}) => status?.currentNumberScheduled ?? 0, {
      type: 'integer',
      doc: 'status.currentNumberScheduled',
    }),
    column('Ready', ({status}) => status?.numberReady ?? 0, {type: 'integer', doc: 'status.numberReady'}),
    column('Up-to-date', ({status}) => status?.updatedNumberScheduled ?? 0, {
      type: 'integer',
      doc: 'status.updatedNumberScheduled',
    }),
    column('Available', ({status}) => status?.numberAvailable ?? 0, {type: 'integer', doc: 'status.numberAvailable'}),
    column('Node Selector', ({spec}) => labelsCell(spec?.template.spec?.nodeSelector), {
      doc: 'spec.template.spec.nodeSelector',
    }),
    ageColumn,
    ...templateColumns,
    wideColumn('Selector', ({spec}) => labelSelectorCell(spec?.selector), {doc: 'spec.selector'}),
  ],
  subresources: {
    status: daemonSetStatus,
  },
})
