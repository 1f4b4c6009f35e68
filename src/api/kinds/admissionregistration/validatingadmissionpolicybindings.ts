// ValidatingAdmissionPolicyBinding
import {validatingAdmissionPolicyBindings} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const validatingAdmissionPolicyBindingKind = defineKind({
  resource: validatingAdmissionPolicyBindings,
  columns: [nameColumn, ageColumn],
})
