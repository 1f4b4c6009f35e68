// A pod's generic ephemeral volumes: claims made for the pod, owned by it, gone with it.
import {hasReason} from '../../api/errors.ts'
import {persistentVolumeClaims, pods} from '../../api/resources.ts'
import type {Pod} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'
import {controllerOf, controllerReference} from '../objects/owners.ts'
import {sendable} from '../objects/status.ts'

type PodVolume = NonNullable<NonNullable<Cached<Pod>['spec']>['volumes']>[number]

const create = async (pod: Cached<Pod>, volume: PodVolume, context: ReconcileContext): Promise<void> => {
  const template = volume.ephemeral?.volumeClaimTemplate
  if (!template) return
  const {namespace} = pod.metadata
  const name = `${pod.metadata.name}-${volume.name}`
  const existing = context.cache(persistentVolumeClaims).get({namespace, name})
  if (existing) {
    if (controllerOf(existing)?.uid === pod.metadata.uid) return
    throw new Error(
      `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`,
    )
  }
  const {labels, annotations} = sendable(template.metadata ?? {})
  const metadata = {
    name,
    namespace,
    ...(labels ? {labels} : {}),
    ...(annotations ? {annotations} : {}),
    ownerReferences: [controllerReference(pods, pod)],
  }
  try {
    await context.client.create(persistentVolumeClaims, {metadata, spec: sendable(template.spec)})
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error
  }
}

export const ephemeralVolumeController: ControllerSpec = {
  name: 'ephemeral-volume-controller',
  identity: 'ephemeral-volume-controller',
  watches: [
    watching({
      resource: pods,
      toKeys: ({type, object}) =>
        type !== 'deleted' && object.spec?.volumes?.some(({ephemeral}) => ephemeral)
          ? [`${object.metadata.namespace}/${object.metadata.name}`]
          : [],
    }),
    watching({
      resource: persistentVolumeClaims,
      toKeys: ({type, object}) => {
        const owner = type === 'deleted' ? controllerOf(object) : undefined
        return owner?.kind === 'Pod' ? [`${object.metadata.namespace}/${owner.name}`] : []
      },
    }),
  ],
  reconcile: async (key, context) => {
    const pod = context.cache(pods).getByKey(key)
    if (!pod || pod.metadata.deletionTimestamp) return
    for (const volume of pod.spec?.volumes ?? []) await create(pod, volume, context)
  },
}
