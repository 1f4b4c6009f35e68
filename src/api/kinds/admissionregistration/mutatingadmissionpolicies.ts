// MutatingAdmissionPolicy
import {mutatingAdmissionPolicies} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const mutatingAdmissionPolicyKind = defineKind({
  resource: mutatingAdmissionPolicies,
  columns: [nameColumn, ageColumn],
})
