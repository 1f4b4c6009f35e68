// What a volume is: free, reserved, bound, or left behind by its claim.
import {persistentVolumeClaims, persistentVolumes} from '../../api/resources.ts'
import type {PersistentVolume} from '../../api/schema/types.gen.ts'
import {BOUND_BY_CONTROLLER, PROVISIONED_BY} from '../../api/volumes/claim.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'
import {bind, setVolumePhase} from './bind.ts'

type Volume = Cached<PersistentVolume>

/** Back to what it was before the controller chose a claim for it; a reservation made by hand stays. */
const unbind = async (volume: Volume, {client}: ReconcileContext): Promise<void> => {
  const {metadata, spec} = sendable(volume)
  const {[BOUND_BY_CONTROLLER]: byController, ...annotations} = metadata.annotations ?? {}
  const {claimRef, ...rest} = spec ?? {}
  const {uid: _uid, resourceVersion: _version, ...reservation} = claimRef ?? {}
  await client.update(persistentVolumes, {
    ...sendable(volume),
    metadata: {...metadata, annotations},
    spec: byController === undefined ? {...rest, claimRef: reservation} : rest,
  })
}

/** Deleting is up to whoever provisioned it; nobody here knows how to delete anything else. */
const reclaim = async (volume: Volume, context: ReconcileContext): Promise<void> => {
  const policy = volume.spec?.persistentVolumeReclaimPolicy
  const provisioner = volume.metadata.annotations?.[PROVISIONED_BY]
  if (policy !== 'Delete' || provisioner || volume.metadata.deletionTimestamp) return
  const message = 'error getting deleter volume plugin for volume'
  if (volume.status?.phase === 'Failed') return
  await setVolumePhase(volume, 'Failed', context, `${message} "${volume.metadata.name}": no volume plugin matched`)
  context.events.record(
    volume,
    'Warning',
    'VolumeFailedDelete',
    `${message} "${volume.metadata.name}": no volume plugin matched`,
  )
}

export const syncVolume = async (volume: Volume, context: ReconcileContext): Promise<void> => {
  const {claimRef} = volume.spec ?? {}
  if (!claimRef?.uid) return void (await setVolumePhase(volume, 'Available', context))
  const found = context.cache(persistentVolumeClaims).get({namespace: claimRef.namespace, name: claimRef.name ?? ''})
  const claim = found?.metadata.uid === claimRef.uid ? found : undefined
  if (!claim) {
    const isOver = volume.status?.phase === 'Released' || volume.status?.phase === 'Failed'
    return reclaim(isOver ? volume : await setVolumePhase(volume, 'Released', context), context)
  }
  // Half done: either side may have been written first.
  if (!claim.spec?.volumeName) return bind(claim, volume, context)
  if (claim.spec.volumeName === volume.metadata.name) return void (await setVolumePhase(volume, 'Bound', context))
  const isDynamic = volume.metadata.annotations?.[PROVISIONED_BY] !== undefined
  if (isDynamic && volume.spec?.persistentVolumeReclaimPolicy === 'Delete')
    return reclaim(await setVolumePhase(volume, 'Released', context), context)
  return unbind(volume, context)
}
