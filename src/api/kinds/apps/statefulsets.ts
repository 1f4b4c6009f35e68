// StatefulSet
import {statefulSets} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {scaleSubresource} from '../scale.ts'

export const statefulSetKind = defineKind({
  resource: statefulSets,
  columns: [nameColumn, ageColumn],
  subresources: {
    scale: scaleSubresource,
    status: {verbs: ['get', 'patch', 'update']},
  },
})
