// ReplicationController
import {replicationControllers} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {replicationControllerScale as scaleSubresource} from '../scale.ts'

export const replicationControllerKind = defineKind({
  resource: replicationControllers,
  columns: [nameColumn, ageColumn],
  subresources: {
    scale: scaleSubresource,
    status: {verbs: ['get', 'patch', 'update']},
  },
})
