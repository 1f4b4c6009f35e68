// ClusterRoleBinding
import {clusterRoleBindings} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const clusterRoleBindingKind = defineKind({
  resource: clusterRoleBindings,
  columns: [nameColumn, ageColumn],
})
