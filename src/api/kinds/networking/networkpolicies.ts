// NetworkPolicy
import {networkPolicies} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const networkPolicyKind = defineKind({
  resource: networkPolicies,
  columns: [nameColumn, ageColumn],
})
