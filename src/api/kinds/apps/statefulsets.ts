// StatefulSet

import {statefulSets} from '../../resources.ts'
import type {StatefulSet} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, templateColumns} from '../columns.ts'
import {statefulSetStatus} from '../count-status.ts'
import {defineKind} from '../define.ts'
import {scaleSubresource} from '../scale.ts'
import {statefulSetStrategy} from './statefulset-rules.ts'

export const statefulSetKind = defineKind<StatefulSet>({
  resource: statefulSets,
  strategy: statefulSetStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Ready', ({spec, status}) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`, {
      description: 'Number of the pod with ready state',
    }),
    ageColumn,
    ...templateColumns,
  ],
  subresources: {
    scale: scaleSubresource,
    status: statefulSetStatus,
  },
})
