// Deployment
import {deployments} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {scaleSubresource} from '../scale.ts'

export const deploymentKind = defineKind({
  resource: deployments,
  columns: [nameColumn, ageColumn],
  subresources: {
    scale: scaleSubresource,
    status: {verbs: ['get', 'patch', 'update']},
  },
})
