// The default provisioner: a volume is a directory under the profile. Expanding one only says so: a directory has no
// size of its own.
import {unlessReason} from '../../api/errors.ts'
import {persistentVolumeClaims, persistentVolumes, storageClasses} from '../../api/resources.ts'
import type {PersistentVolume, PersistentVolumeClaim, StorageClass} from '../../api/schema/types.gen.ts'
import {claimClass, PROVISIONED_BY, SELECTED_NODE, waitsForConsumer} from '../../api/volumes/claim.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {claimKey, parseKey, volumeKey} from './keys.ts'

export const HOST_PATH_PROVISIONER = 'mini.dev/host-path'

export interface HostPathOptions {
  /** Makes the directory of a volume and gives its path. */
  readonly makeDirectory: (volumeName: string) => Promise<string>
  readonly removeDirectory: (volumeName: string) => Promise<void>
}

const nodeNamed = (name: string) => ({
  required: {
    nodeSelectorTerms: [{matchExpressions: [{key: 'kubernetes.io/hostname', operator: 'In', values: [name]}]}],
  },
})

const volumeFor = (
  claim: Cached<PersistentVolumeClaim>,
  storageClass: Cached<StorageClass>,
  path: string,
): PersistentVolume => {
  const {name, namespace, uid, resourceVersion, annotations} = claim.metadata
  const node = annotations?.[SELECTED_NODE]
  return {
    metadata: {name: `pvc-${uid}`, annotations: {[PROVISIONED_BY]: HOST_PATH_PROVISIONER}},
    spec: {
      capacity: {storage: claim.spec?.resources?.requests?.storage ?? '1Gi'},
      accessModes: [...(claim.spec?.accessModes ?? [])],
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      hostPath: {path, type: 'DirectoryOrCreate'},
      claimRef: {apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion},
      ...(node ? {nodeAffinity: nodeNamed(node)} : {}),
    },
  }
}

const provision = async (
  claim: Cached<PersistentVolumeClaim>,
  {makeDirectory}: HostPathOptions,
  {cache, client, events}: ReconcileContext,
): Promise<void> => {
  const storageClass = cache(storageClasses).getByKey(claimClass(claim))
  if (claim.spec?.volumeName || claim.metadata.deletionTimestamp || storageClass?.provisioner !== HOST_PATH_PROVISIONER)
    return
  if (waitsForConsumer(storageClass) && !claim.metadata.annotations?.[SELECTED_NODE]) return
  const name = `pvc-${claim.metadata.uid}`
  if (cache(persistentVolumes).getByKey(name)) return
  const {namespace, name: claimName} = claim.metadata
  const message = `External provisioner is provisioning volume for claim "${namespace}/${claimName}"`
  events.record(claim, 'Normal', 'Provisioning', message)
  const path = await makeDirectory(name)
  await client.create(persistentVolumes, volumeFor(claim, storageClass, path)).catch(unlessReason('AlreadyExists'))
  events.record(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`)
}

const expand = async (claim: Cached<PersistentVolumeClaim>, context: ReconcileContext): Promise<void> => {
  const {cache} = context
  const wanted = claim.spec?.resources?.requests?.storage
  const volume = cache(persistentVolumes).getByKey(claim.spec?.volumeName ?? '')
  const isOurs = volume?.metadata.annotations?.[PROVISIONED_BY] === HOST_PATH_PROVISIONER
  if (!volume || !isOurs || claim.status?.phase !== 'Bound' || wanted === undefined) return
  if (volume.spec?.capacity?.storage !== wanted)
    await context.client.update(persistentVolumes, {
      ...sendable(volume),
      spec: {...sendable(volume.spec ?? {}), capacity: {storage: wanted}},
    })
  await writeStatus(persistentVolumeClaims, claim, {...sendable(claim.status), capacity: {storage: wanted}}, context)
}

const remove = async (
  volume: Cached<PersistentVolume>,
  {removeDirectory}: HostPathOptions,
  {client}: ReconcileContext,
): Promise<void> => {
  const isOurs = volume.metadata.annotations?.[PROVISIONED_BY] === HOST_PATH_PROVISIONER
  const isDone = volume.status?.phase === 'Released' && volume.spec?.persistentVolumeReclaimPolicy === 'Delete'
  if (!isOurs || !isDone || volume.metadata.deletionTimestamp) return
  await removeDirectory(volume.metadata.name)
  await client.delete(persistentVolumes, {name: volume.metadata.name}).catch(unlessReason('NotFound'))
}

/** What claims without a class of their own get while the storage addon is on. */
export const standardClass: StorageClass = {
  metadata: {name: 'standard', annotations: {'storageclass.kubernetes.io/is-default-class': 'true'}},
  provisioner: HOST_PATH_PROVISIONER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
  allowVolumeExpansion: true,
}

export const hostPathProvisioner = (options: HostPathOptions): ControllerSpec => ({
  name: 'host-path-provisioner',
  identity: 'persistent-volume-binder',
  watches: [
    watching({
      resource: persistentVolumeClaims,
      toKeys: ({object: {metadata}}) => [claimKey(metadata.namespace, metadata.name)],
    }),
    watching({resource: persistentVolumes, toKeys: ({object}) => [volumeKey(object.metadata.name)]}),
    watching({
      resource: storageClasses,
      toKeys: ({object}, {cache}) =>
        cache(persistentVolumeClaims)
          .list()
          .filter((claim) => claimClass(claim) === object.metadata.name)
          .map(({metadata}) => claimKey(metadata.namespace, metadata.name)),
    }),
  ],
  reconcile: async (key, context) => {
    const parsed = parseKey(key)
    if (parsed.kind === 'claim') {
      const claim = context.cache(persistentVolumeClaims).get(parsed)
      if (!claim) return
      await provision(claim, options, context)
      await expand(claim, context)
      return
    }
    const volume = context.cache(persistentVolumes).getByKey(parsed.name)
    if (volume) await remove(volume, options, context)
  },
})
