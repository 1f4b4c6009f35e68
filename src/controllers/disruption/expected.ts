// How many pods there should be: what the pods' controllers want, whatever they are.
import type {DeepReadonly} from '../../api/object.ts'
import {pathOf, splitApiVersion} from '../../api/resource.ts'
import {deployments, replicaSets, replicationControllers, statefulSets} from '../../api/resources.ts'
import type {OwnerReference, Pod, Scale} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {jsonOf} from '../discovery/discover.ts'
import {resourceOf} from '../discovery/find.ts'
import {controllerOf} from '../objects/owners.ts'

type Reference = DeepReadonly<OwnerReference>

interface Wanted {
  readonly uid: string
  readonly replicas: number
}

export interface Expected {
  readonly count: number
  /** Pods without a controller that could be asked. */
  readonly unmanaged: readonly string[]
}

export const expectedCount = async (pods: readonly Cached<Pod>[], context: ReconcileContext): Promise<Expected> => {
  const byOwner = new Map<string, Reference>()
  const unmanaged: string[] = []
  let namespace: string | undefined
  for (const pod of pods) {
    const owner = controllerOf(pod)
    namespace = pod.metadata.namespace
    if (owner) byOwner.set(owner.uid, owner)
    else unmanaged.push(pod.metadata.name)
  }
  const wanted = new Map<string, number>()
  for (const owner of byOwner.values()) {
    const found = await wantedBy(owner, namespace, context)
    if (found) wanted.set(found.uid, found.replicas)
  }
  return {count: [...wanted.values()].reduce((total, replicas) => total + replicas, 0), unmanaged}
}

const wantedBy = async (
  owner: Reference,
  namespace: string | undefined,
  context: ReconcileContext,
): Promise<Wanted | undefined> => {
  const {group} = splitApiVersion(owner.apiVersion)
  const name = {namespace, name: owner.name}
  const {cache} = context
  const known = (object: {metadata: {uid: string}; spec?: {replicas?: number | undefined} | undefined} | undefined) =>
    object && {uid: object.metadata.uid, replicas: object.spec?.replicas ?? 1}
  if (group === '' && owner.kind === 'ReplicationController') return known(cache(replicationControllers).get(name))
  if (group === 'apps' && owner.kind === 'StatefulSet') return known(cache(statefulSets).get(name))
  if (group === 'apps' && owner.kind === 'ReplicaSet') {
    const set = cache(replicaSets).get(name)
    const above = set && controllerOf(set)
    const isDeployment = above?.kind === 'Deployment' && splitApiVersion(above.apiVersion).group === 'apps'
    return known(isDeployment ? cache(deployments).get({namespace, name: above.name}) : set)
  }
  return scaleOf(owner, namespace, context)
}

/** Anything else that can be scaled is asked through its scale subresource. */
const scaleOf = async (
  owner: Reference,
  namespace: string | undefined,
  {client, signal}: ReconcileContext,
): Promise<Wanted | undefined> => {
  const resource = await resourceOf(owner, {client, signal})
  if (!resource) return undefined
  const url = pathOf(resource, {namespace, name: owner.name, subresource: 'scale'})
  const response = await client.raw({method: 'GET', url, headers: {}, signal})
  if (response.status !== 200) return undefined
  const scale = (await jsonOf(response)) as Scale
  return scale.metadata?.uid === owner.uid ? {uid: owner.uid, replicas: scale.spec?.replicas ?? 0} : undefined
}
