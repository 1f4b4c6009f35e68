// RoleBinding

import {roleBindings} from '../../resources.ts'
import type {RoleBinding} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {roleBindingStrategy} from './rbac-rules.ts'
import {bindingColumns} from './subjects-text.ts'

export const roleBindingKind = defineKind<RoleBinding>({
  resource: roleBindings,
  strategy: roleBindingStrategy,
  columns: bindingColumns,
})
