// RoleBinding
import {roleBindings} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const roleBindingKind = defineKind({
  resource: roleBindings,
  columns: [nameColumn, ageColumn],
})
