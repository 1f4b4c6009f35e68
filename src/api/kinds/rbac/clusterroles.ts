// ClusterRole

import {clusterRoles} from '../../resources.ts'
import type {ClusterRole} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const clusterRoleKind = defineKind<ClusterRole>({
  resource: clusterRoles,
  columns: [nameColumn, createdAtColumn],
})
