// ClusterRoleBinding

import {clusterRoleBindings} from '../../resources.ts'
import type {ClusterRoleBinding} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {clusterRoleBindingStrategy} from './rbac-rules.ts'
import {bindingColumns} from './subjects-text.ts'

export const clusterRoleBindingKind = defineKind<ClusterRoleBinding>({
  resource: clusterRoleBindings,
  strategy: clusterRoleBindingStrategy,
  columns: bindingColumns,
})
