// MutatingAdmissionPolicyBinding
import {mutatingAdmissionPolicyBindings} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const mutatingAdmissionPolicyBindingKind = defineKind({
  resource: mutatingAdmissionPolicyBindings,
  columns: [nameColumn, ageColumn],
})
