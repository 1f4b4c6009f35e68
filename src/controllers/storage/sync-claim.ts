// What a claim needs next.
import {persistentVolumes, pods, storageClasses} from '../../api/resources.ts'
import type {PersistentVolume, PersistentVolumeClaim} from '../../api/schema/types.gen.ts'
import {claimClass, isFullyBound, isReservedFor, SELECTED_NODE, waitsForConsumer} from '../../api/volumes/claim.ts'
import {findVolume} from '../../api/volumes/match.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {bind, setClaimPhase} from './bind.ts'
import {requestProvisioning} from './request-provisioning.ts'
import {volumeMismatch} from './volume-mismatch.ts'

type Claim = Cached<PersistentVolumeClaim>
type Volume = Cached<PersistentVolume>

const NO_CLASS = 'no persistent volumes available for this claim and no storage class is set'

export const syncClaim = (claim: Claim, context: ReconcileContext): Promise<void> => {
  if (isFullyBound(claim)) return syncBound(claim, context)
  if (claim.metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined)
    return lose(claim, lostName, context)
  return claim.spec?.volumeName ? syncNamed(claim, context) : syncFree(claim, context)
}

const lostName = 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!'
const lostVolume = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'
const misbound = 'Two claims are bound to the same volume, this one is bound incorrectly'

const lose = async (claim: Claim, message: string, context: ReconcileContext, reason = 'ClaimLost'): Promise<void> => {
  if (claim.status?.phase === 'Lost') return
  await setClaimPhase(claim, 'Lost', context)
  context.events.record(claim, 'Warning', reason, message)
}

const syncBound = async (claim: Claim, context: ReconcileContext): Promise<void> => {
  const volume = context.cache(persistentVolumes).getByKey(claim.spec?.volumeName ?? '')
  if (!volume) return lose(claim, lostVolume, context)
  const {claimRef} = volume.spec ?? {}
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid || isReservedFor(volume, claim))
    return bind(claim, volume, context)
  return lose(claim, misbound, context, 'ClaimMisbound')
}

const syncNamed = async (claim: Claim, context: ReconcileContext): Promise<void> => {
  const volume = context.cache(persistentVolumes).getByKey(claim.spec?.volumeName ?? '')
  if (!volume) return void (await setClaimPhase(claim, 'Pending', context))
  if (isReservedFor(volume, claim)) return bind(claim, volume, context)
  const {name} = volume.metadata
  if (volume.spec?.claimRef) {
    context.events.record(claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`)
    return void (await setClaimPhase(claim, 'Pending', context))
  }
  const mismatch = volumeMismatch(claim, volume)
  if (!mismatch) return bind(claim, volume, context)
  const message = `Cannot bind to requested volume "${name}": ${mismatch}`
  context.events.record(claim, 'Warning', 'VolumeMismatch', message)
  await setClaimPhase(claim, 'Pending', context)
}

const chosenVolume = (claim: Claim, waits: boolean, context: ReconcileContext): Volume | undefined =>
  findVolume(claim, context.cache(persistentVolumes).list(), {waitsForConsumer: waits})

const syncFree = async (claim: Claim, context: ReconcileContext): Promise<void> => {
  const className = claimClass(claim)
  const storageClass = context.cache(storageClasses).getByKey(className)
  const selected = claim.metadata.annotations?.[SELECTED_NODE] !== undefined
  const waits = waitsForConsumer(storageClass)
  const volume = chosenVolume(claim, waits, context)
  if (volume) return bind(claim, volume, context)
  if (waits && !selected) announceWaiting(claim, context)
  else if (className !== '') await requestProvisioning(claim, storageClass, context)
  else context.events.record(claim, 'Normal', 'FailedBinding', NO_CLASS)
  await setClaimPhase(claim, 'Pending', context)
}

const announceWaiting = (claim: Claim, {cache, events}: ReconcileContext): void => {
  const waiting = cache(pods)
    .list(claim.metadata.namespace)
    .filter(
      ({spec}) =>
        !spec?.nodeName &&
        spec?.volumes?.some(({persistentVolumeClaim: use}) => use?.claimName === claim.metadata.name),
    )
    .map(({metadata}) => metadata.name)
    .sort()
  if (waiting.length === 0) {
    events.record(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    return
  }
  const who = waiting.length === 1 ? `pod ${waiting[0]}` : `pods ${waiting.join(',')}`
  events.record(claim, 'Normal', 'WaitForPodScheduled', `waiting for ${who} to be scheduled`)
}
