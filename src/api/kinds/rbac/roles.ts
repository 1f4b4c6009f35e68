// Role
import {roles} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const roleKind = defineKind({
  resource: roles,
  columns: [nameColumn, ageColumn],
})
