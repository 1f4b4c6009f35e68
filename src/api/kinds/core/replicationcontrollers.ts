// ReplicationController

import {replicationControllers} from '../../resources.ts'
import type {ReplicationController} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, templateColumns, wideColumn} from '../columns.ts'
import {replicaSetStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {replicationControllerScale as scaleSubresource} from '../scale.ts'
import {labelsCell} from '../selector-text.ts'
import {replicationControllerStrategy} from './replicationcontroller-rules.ts'

export const replicationControllerKind = defineKind<ReplicationController>({
  resource: replicationControllers,
  strategy: replicationControllerStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Desired', ({spec}) => spec?.replicas ?? 0, {type: 'integer', doc: 'spec.replicas'}),
    column('Current', ({status}) => status?.replicas ?? 0, {type: 'integer', doc: 'status.replicas'}),
    column('Ready', ({status}) => status?.readyReplicas ?? 0, {type: 'integer', doc: 'status.readyReplicas'}),
    ageColumn,
    ...templateColumns,
    wideColumn('Selector', ({spec}) => labelsCell(spec?.selector), {doc: 'spec.selector'}),
  ],
  subresources: {
    scale: scaleSubresource,
    status: replicaSetStatus,
  },
})
