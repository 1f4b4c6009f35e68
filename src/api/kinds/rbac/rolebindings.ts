// RoleBinding

import {roleBindings} from '../../resources.ts'
import type {RoleBinding} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {bindingColumns} from './subjects-text.ts'

export const roleBindingKind = defineKind<RoleBinding>({
  resource: roleBindings,
  columns: bindingColumns,
})
