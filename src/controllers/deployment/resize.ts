// Carries sizes out: one write for each ReplicaSet whose size or size annotations differ.
import {replicaSets} from '../../api/resources.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'
import {replicasAnnotations} from './annotations.ts'
import type {Resize} from './plan.ts'
import {limitsOf, type Owner, type PodSet, replicasOf, sizeOf} from './sets.ts'

/** Returns all sets as they are afterwards. */
export const resize = async (
  deployment: Owner,
  resizes: readonly Resize[],
  all: readonly PodSet[],
  context: ReconcileContext,
): Promise<readonly PodSet[]> => {
  const changed = new Map<string, PodSet>()
  for (const {set, to} of resizes) changed.set(set.metadata.uid, await resizeOne(deployment, set, to, context))
  return all.map((set) => changed.get(set.metadata.uid) ?? set)
}

const resizeOne = async (
  deployment: Owner,
  set: PodSet,
  to: number,
  {client, events}: ReconcileContext,
): Promise<PodSet> => {
  const wanted = replicasOf(deployment)
  const annotations = replicasAnnotations(wanted, wanted + limitsOf(deployment).surge)
  const isAnnotated = Object.entries(annotations).every(([key, value]) => set.metadata.annotations?.[key] === value)
  const from = sizeOf(set)
  if (from === to && isAnnotated) return set
  const {metadata, spec, ...rest} = sendable(set)
  const written = await client.update(replicaSets, {
    ...rest,
    metadata: {...metadata, annotations: {...metadata.annotations, ...annotations}},
    spec: {...spec, selector: spec?.selector ?? {}, replicas: to},
  })
  if (from !== to)
    events.record(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${to > from ? 'up' : 'down'} replica set ${metadata.name} from ${from} to ${to}`,
    )
  return written as Cached<typeof written> as PodSet
}
