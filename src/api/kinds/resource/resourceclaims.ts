// ResourceClaim
import {resourceClaims} from '../../resources.ts'
import type {ResourceResourceClaim} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {validateClaimStatus} from './claim-status-rules.ts'
import {resourceClaimStrategy} from './resource-rules.ts'

const stateCell = ({metadata, status}: ResourceResourceClaim): string => {
  const states = metadata?.deletionTimestamp ? ['deleted'] : []
  if (!status?.allocation) return [...states, ...(states.length > 0 ? [] : ['pending'])].join(',')
  return [...states, 'allocated', ...(status.reservedFor?.length ? ['reserved'] : [])].join(',')
}

export const resourceClaimKind = defineKind<ResourceResourceClaim>({
  resource: resourceClaims,
  strategy: resourceClaimStrategy,
  columns: [
    nameColumn,
    column('State', stateCell, {description: 'A summary of the current state (allocated, pending, reserved, etc.).'}),
    ageColumn,
  ],
  subresources: {
    status: {...statusSubresource, validateUpdate: validateClaimStatus},
  },
})
