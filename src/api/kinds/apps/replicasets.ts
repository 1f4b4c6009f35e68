// ReplicaSet
import {replicaSets} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {scaleSubresource} from '../scale.ts'

export const replicaSetKind = defineKind({
  resource: replicaSets,
  columns: [nameColumn, ageColumn],
  subresources: {
    scale: scaleSubresource,
    status: {verbs: ['get', 'patch', 'update']},
  },
})
