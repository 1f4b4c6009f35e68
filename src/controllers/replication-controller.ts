// ReplicationControllers keep their number of pods: ReplicaSets with an older selector.
import {labelMap} from '../api/meta/label-selector.ts'
import {pods, replicationControllers} from '../api/resources.ts'
import type {PodTemplateSpec, ReplicationController} from '../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, watching} from '../reconcile/contract.ts'
import {orphanIndex} from './objects/owners.ts'
import {ownerKeys} from './pods/keys.ts'
import {type ReplicaManager, reconcileReplicas} from './replicas/manager.ts'

const selects = (
  {spec}: Cached<ReplicationController>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean => spec?.selector !== undefined && Object.keys(spec.selector).length > 0 && labelMap(spec.selector)(labels)

const manager: ReplicaManager<ReplicationController> = {
  resource: replicationControllers,
  replicas: ({spec}) => spec?.replicas ?? 1,
  minReadySeconds: ({spec}) => spec?.minReadySeconds ?? 0,
  matches: selects,
  template: ({spec}) => spec?.template as PodTemplateSpec | undefined,
  related: ({metadata}, context) => context.cache(pods).byIndex('owner', metadata.uid),
  countsTerminating: false,
}

export const replicationController: ControllerSpec = {
  name: 'replicationcontroller-controller',
  identity: 'replication-controller',
  watches: [
    watching({resource: replicationControllers}),
    watching({
      resource: pods,
      toKeys: ownerKeys({owners: replicationControllers, selects}),
      indexes: {orphan: orphanIndex},
    }),
  ],
  reconcile: (key, context) => reconcileReplicas(manager, key, context),
}
