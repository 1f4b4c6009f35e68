// ReplicaSets keep their number of pods.
import {labelSelector} from '../api/meta/label-selector.ts'
import {pods, replicaSets} from '../api/resources.ts'
import type {PodTemplateSpec, ReplicaSet} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, watching} from '../reconcile/contract.ts'
import {controllerOf, orphanIndex} from './objects/owners.ts'
import {ownerKeys} from './pods/keys.ts'
import {type ReplicaManager, reconcileReplicas} from './replicas/manager.ts'

const manager: ReplicaManager<ReplicaSet> = {
  resource: replicaSets,
  replicas: ({spec}) => spec?.replicas ?? 1,
  minReadySeconds: ({spec}) => spec?.minReadySeconds ?? 0,
  matches: ({spec}, labels) => labelSelector(spec?.selector)(labels),
  template: ({spec}) => spec?.template as PodTemplateSpec | undefined,
  related: (set, context) => {
    const owner = controllerOf(set)
    const siblings: readonly Cached<ReplicaSet>[] = owner
      ? context.cache(replicaSets).byIndex('owner', owner.uid)
      : [set]
    return siblings.flatMap(({metadata}) => context.cache(pods).byIndex('owner', metadata.uid))
  },
  countsTerminating: true,
}

export const replicaSetController: ControllerSpec = {
  name: 'replicaset-controller',
  identity: 'replicaset-controller',
  watches: [
    watching({resource: replicaSets}),
    watching({
      resource: pods,
      toKeys: ownerKeys({owners: replicaSets, selects: ({spec}, labels) => labelSelector(spec?.selector)(labels)}),
      indexes: {orphan: orphanIndex},
    }),
  ],
  reconcile: (key, context) => reconcileReplicas(manager, key, context),
}
