// ResourceClaim
import {resourceClaims} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const resourceClaimKind = defineKind({
  resource: resourceClaims,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
