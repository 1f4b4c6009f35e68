// ValidatingAdmissionPolicy
import {validatingAdmissionPolicies} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const validatingAdmissionPolicyKind = defineKind({
  resource: validatingAdmissionPolicies,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
