// ClusterRoles that are the sum of others.

import {labelSelector} from '../api/meta/label-selector.ts'
import {isSame} from '../api/meta/same.ts'
import {clusterRoles} from '../api/resources.ts'
import type {ClusterRole, PolicyRule} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, watching} from '../reconcile/contract.ts'
import {sendable} from './objects/status.ts'

const isAggregated = ({aggregationRule}: Cached<ClusterRole>): boolean =>
  (aggregationRule?.clusterRoleSelectors?.length ?? 0) > 0

export const planRules = (role: Cached<ClusterRole>, all: readonly Cached<ClusterRole>[]): PolicyRule[] => {
  const rules: PolicyRule[] = []
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const parts = all.filter(
      ({metadata}) => metadata.name !== role.metadata.name && labelSelector(selector)(metadata.labels),
    )
    for (const part of [...parts].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)))
      for (const rule of sendable(part).rules ?? []) if (!rules.some((known) => isSame(known, rule))) rules.push(rule)
  }
  return rules
}

export const clusterRoleAggregationController: ControllerSpec = {
  name: 'clusterrole-aggregation-controller',
  identity: 'clusterrole-aggregation-controller',
  watches: [
    watching({
      resource: clusterRoles,
      // Whatever changes may be part of any of them; they are few.
      toKeys: (_change, {cache}) =>
        cache(clusterRoles)
          .list()
          .filter(isAggregated)
          .map(({metadata}) => metadata.name),
    }),
  ],
  reconcile: async (name, {cache, client}) => {
    const role = cache(clusterRoles).getByKey(name)
    if (!role || !isAggregated(role)) return
    const rules = planRules(role, cache(clusterRoles).list())
    if (isSame(rules, sendable(role).rules)) return
    await client.apply(
      clusterRoles,
      {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: {name}, rules},
      {fieldManager: 'clusterrole-aggregation-controller', force: true},
    )
  },
}
