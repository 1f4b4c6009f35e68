// Role

import {roles} from '../../resources.ts'
import type {Role} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const roleKind = defineKind<Role>({
  resource: roles,
  columns: [nameColumn, createdAtColumn],
})
