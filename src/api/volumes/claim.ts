// What a claim says, whichever way it says it.
import type {DeepReadonly} from '../object.ts'
import type {PersistentVolume, PersistentVolumeClaim, StorageClass} from '../schema/types.gen.ts'

type Claim = DeepReadonly<PersistentVolumeClaim>
type Volume = DeepReadonly<PersistentVolume>

const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
export const STORAGE_PROVISIONER = 'volume.kubernetes.io/storage-provisioner'
export const BETA_STORAGE_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner'
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

export const claimClass = (claim: Claim): string =>
  claim.metadata?.annotations?.[BETA_CLASS] ?? claim.spec?.storageClassName ?? ''

export const volumeClass = (volume: Volume): string =>
  volume.metadata?.annotations?.[BETA_CLASS] ?? volume.spec?.storageClassName ?? ''

/** Named and complete: both sides know of each other. */
export const isFullyBound = (claim: Claim): boolean =>
  Boolean(claim.spec?.volumeName) && claim.metadata?.annotations?.[BIND_COMPLETED] !== undefined

/** The volume is reserved for this claim, by name or for good. */
export const isReservedFor = (volume: Volume, claim: Claim): boolean => {
  const reference = volume.spec?.claimRef
  return (
    reference !== undefined &&
    reference.name === claim.metadata?.name &&
    reference.namespace === claim.metadata?.namespace &&
    (!reference.uid || reference.uid === claim.metadata?.uid)
  )
}

export const waitsForConsumer = (storageClass: DeepReadonly<StorageClass> | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
