// ClusterRole
import {clusterRoles} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const clusterRoleKind = defineKind({
  resource: clusterRoles,
  columns: [nameColumn, ageColumn],
})
