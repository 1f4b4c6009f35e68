// Lease
import {leases} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const leaseKind = defineKind({
  resource: leases,
  columns: [nameColumn, ageColumn],
})
