// ServiceCIDR
import {serviceCIDRs} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const serviceCIDRKind = defineKind({
  resource: serviceCIDRs,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
