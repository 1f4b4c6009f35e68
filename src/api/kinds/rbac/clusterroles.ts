// ClusterRole

import {clusterRoles} from '../../resources.ts'
import type {ClusterRole} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {clusterRoleStrategy} from './rbac-rules.ts'

export const clusterRoleKind = defineKind<ClusterRole>({
  resource: clusterRoles,
  strategy: clusterRoleStrategy,
  columns: [nameColumn, createdAtColumn],
})
