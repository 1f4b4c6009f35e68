// Claims in use by pods and volumes bound to claims are not deleted under them: a finalizer keeps them until then.
import {unlessReason} from '../../api/errors.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../api/object.ts'
import {splitKey} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import {persistentVolumeClaims, persistentVolumes, pods} from '../../api/resources.ts'
import type {Pod} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'

const CLAIM_IN_USE = 'kubernetes.io/pvc-protection'
const VOLUME_IN_USE = 'kubernetes.io/pv-protection'

const claimNames = (pod: DeepReadonly<Pod>): string[] =>
  (pod.spec?.volumes ?? []).flatMap(({name, persistentVolumeClaim, ephemeral}) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName]
    return ephemeral ? [`${pod.metadata?.name}-${name}`] : []
  })

const claimKeys = (pod: DeepReadonly<Pod>): string[] =>
  claimNames(pod).map((claim) => `${pod.metadata?.namespace}/${claim}`)

const setFinalizers = async <T extends KubeObject>(
  resource: Resource<T>,
  object: Cached<T>,
  finalizers: readonly string[],
  {client}: ReconcileContext,
): Promise<void> => {
  const current = object as unknown as Stored<T>
  const metadata = {...current.metadata, finalizers: [...finalizers]}
  await client.update(resource, {...current, metadata}).catch(unlessReason('NotFound'))
}

const protect = async <T extends KubeObject>(
  resource: Resource<T>,
  object: Cached<T>,
  {finalizer, inUse}: {finalizer: string; inUse: () => boolean},
  context: ReconcileContext,
): Promise<void> => {
  const finalizers = object.metadata.finalizers ?? []
  const has = finalizers.includes(finalizer)
  if (!object.metadata.deletionTimestamp) {
    if (!has) await setFinalizers(resource, object, [...finalizers, finalizer], context)
  } else if (has && !inUse())
    await setFinalizers(
      resource,
      object,
      finalizers.filter((each) => each !== finalizer),
      context,
    )
}

/** A pod that has no node yet will not start with a claim that is being deleted. */
const isUsed = (key: string, {cache}: ReconcileContext): boolean =>
  cache(pods)
    .byIndex('claim', key)
    .some(({spec}) => Boolean(spec?.nodeName))

export const claimProtection: ControllerSpec = {
  name: 'persistentvolumeclaim-protection-controller',
  identity: 'pvc-protection-controller',
  watches: [
    watching({resource: persistentVolumeClaims}),
    watching({
      resource: pods,
      indexes: {claim: claimKeys},
      toKeys: ({type, object}, {cache}) =>
        type === 'deleted'
          ? claimKeys(object).filter((key) => cache(persistentVolumeClaims).getByKey(key)?.metadata.deletionTimestamp)
          : [],
    }),
  ],
  reconcile: async (key, context) => {
    const claim = context.cache(persistentVolumeClaims).get(splitKey(key))
    if (!claim) return
    await protect(persistentVolumeClaims, claim, {finalizer: CLAIM_IN_USE, inUse: () => isUsed(key, context)}, context)
  },
}

export const volumeProtection: ControllerSpec = {
  name: 'persistentvolume-protection-controller',
  identity: 'pv-protection-controller',
  watches: [watching({resource: persistentVolumes})],
  reconcile: async (name, context) => {
    const volume = context.cache(persistentVolumes).getByKey(name)
    if (!volume) return
    await protect(
      persistentVolumes,
      volume,
      {finalizer: VOLUME_IN_USE, inUse: () => volume.status?.phase === 'Bound'},
      context,
    )
  },
}
