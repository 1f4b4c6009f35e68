// The four writes that bind a claim to a volume, each left out when it was done before.
import {persistentVolumeClaims, persistentVolumes} from '../../api/resources.ts'
import type {PersistentVolume, PersistentVolumeClaim} from '../../api/schema/types.gen.ts'
import {BIND_COMPLETED, BOUND_BY_CONTROLLER, isReservedFor} from '../../api/volumes/claim.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'

type Claim = Cached<PersistentVolumeClaim>
type Volume = Cached<PersistentVolume>

const reserve = async (volume: Volume, claim: Claim, {client}: ReconcileContext): Promise<Volume> => {
  if (volume.spec?.claimRef?.uid === claim.metadata.uid) return volume
  const {name, namespace, uid, resourceVersion} = claim.metadata
  const claimRef = {kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion}
  const annotations = isReservedFor(volume, claim)
    ? volume.metadata.annotations
    : {...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes'}
  const {metadata, spec} = sendable(volume)
  return (await client.update(persistentVolumes, {
    ...sendable(volume),
    metadata: {...metadata, ...(annotations ? {annotations: {...annotations}} : {})},
    spec: {...spec, claimRef},
  })) as Volume
}

const name = async (claim: Claim, volume: Volume, {client}: ReconcileContext): Promise<Claim> => {
  const isNamed = claim.spec?.volumeName === volume.metadata.name
  if (isNamed && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return claim
  const {metadata, spec} = sendable(claim)
  const annotations = {
    ...metadata.annotations,
    ...(isNamed ? {} : {[BOUND_BY_CONTROLLER]: 'yes'}),
    [BIND_COMPLETED]: 'yes',
  }
  return (await client.update(persistentVolumeClaims, {
    ...sendable(claim),
    metadata: {...metadata, annotations},
    spec: {...spec, volumeName: volume.metadata.name},
  })) as Claim
}

export const setVolumePhase = async (
  volume: Volume,
  phase: string,
  context: ReconcileContext,
  message?: string,
): Promise<Volume> => {
  if (volume.status?.phase === phase) return volume
  const since = timestamp(context.clock.now())
  const {message: _old, ...status} = sendable(volume.status ?? {})
  const next = {...status, phase, lastPhaseTransitionTime: since, ...(message ? {message} : {})}
  return writeStatus(persistentVolumes, volume, next, context)
}

export const setClaimPhase = (claim: Claim, phase: string, context: ReconcileContext): Promise<Claim> => {
  if (claim.status?.phase === phase) return Promise.resolve(claim)
  return writeStatus(persistentVolumeClaims, claim, {...sendable(claim.status ?? {}), phase}, context)
}

const showBound = async (claim: Claim, volume: Volume, context: ReconcileContext): Promise<void> => {
  const {accessModes, capacity, volumeAttributesClassName} = sendable(volume.spec ?? {})
  // Once bound, capacity is changed only by who resizes the volume.
  const size = claim.status?.phase === 'Bound' ? sendable(claim.status.capacity) : capacity
  await writeStatus(
    persistentVolumeClaims,
    claim,
    {
      ...sendable(claim.status ?? {}),
      phase: 'Bound',
      accessModes,
      ...(size ? {capacity: size} : {}),
      ...(volumeAttributesClassName ? {currentVolumeAttributesClassName: volumeAttributesClassName} : {}),
    },
    context,
  )
}

export const bind = async (claim: Claim, volume: Volume, context: ReconcileContext): Promise<void> => {
  const reserved = await reserve(volume, claim, context)
  const shown = await setVolumePhase(reserved, 'Bound', context)
  const named = await name(claim, shown, context)
  await showBound(named, shown, context)
}
