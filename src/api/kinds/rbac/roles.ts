// Role

import {roles} from '../../resources.ts'
import type {Role} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {roleStrategy} from './rbac-rules.ts'

export const roleKind = defineKind<Role>({
  resource: roles,
  strategy: roleStrategy,
  columns: [nameColumn, createdAtColumn],
})
