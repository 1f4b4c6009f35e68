// ReplicaSet

import {replicaSets} from '../../resources.ts'
import type {ReplicaSet} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, templateColumns, wideColumn} from '../columns.ts'
import {replicaSetStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {scaleSubresource} from '../scale.ts'
import {labelSelectorCell} from '../selector-text.ts'
import {replicaSetStrategy} from './replicaset-rules.ts'

export const replicaSetKind = defineKind<ReplicaSet>({
  resource: replicaSets,
  strategy: replicaSetStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Desired', ({spec}) => spec?.replicas ?? 0, {type: 'integer', doc: 'spec.replicas'}),
    column('Current', ({status}) => status?.replicas ?? 0, {type: 'integer', doc: 'status.replicas'}),
    column('Ready', ({status}) => status?.readyReplicas ?? 0, {type: 'integer', doc: 'status.readyReplicas'}),
    ageColumn,
    ...templateColumns,
    wideColumn('Selector', ({spec}) => labelSelectorCell(spec?.selector), {doc: 'spec.selector'}),
  ],
  subresources: {
    scale: scaleSubresource,
    status: replicaSetStatus,
  },
})
