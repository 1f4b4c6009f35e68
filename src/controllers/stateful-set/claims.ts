// The volume claims of a StatefulSet's pods, and who takes them along: nobody, the set, or a pod that was scaled away.
import {hasReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import {persistentVolumeClaims, pods, statefulSets} from '../../api/resources.ts'
import type {OwnerReference, Pod, StatefulSet} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {controllerReference} from '../objects/owners.ts'
import {messageOf} from '../objects/slow-start.ts'
import {sendable} from '../objects/status.ts'
import {claimsOf, isInRange} from './identity.ts'

type Owner = Cached<StatefulSet>

const policyOf = ({spec}: Owner): {readonly whenScaled: string; readonly whenDeleted: string} => ({
  whenScaled: spec?.persistentVolumeClaimRetentionPolicy?.whenScaled ?? 'Retain',
  whenDeleted: spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted ?? 'Retain',
})

/** Creates those that are missing, on behalf of a pod about to be made or waiting for them. */
export const createMissingClaims = async (
  set: Owner,
  ordinal: number,
  podName: string,
  {cache, client, events}: ReconcileContext,
): Promise<void> => {
  for (const claim of claimsOf(set, ordinal)) {
    const {name, namespace} = claim.metadata
    const known = cache(persistentVolumeClaims).get({name, namespace: set.metadata.namespace})
    // One that is on its way out would be lost under the pod's feet: wait for its successor.
    if (known?.metadata.deletionTimestamp) throw new Error(`pvc ${name} is being deleted`)
    if (known) continue
    const owners = ownersFor(set, ordinal, undefined, [])
    const what = `Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name}`
    try {
      const metadata = {...claim.metadata, namespace, ...(owners.length > 0 ? {ownerReferences: owners} : {})}
      await client.create(persistentVolumeClaims, {...claim, metadata})
      events.record(set, 'Normal', 'SuccessfulCreate', `create ${what} success`)
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) continue
      events.record(set, 'Warning', 'FailedCreate', `create ${what} failed error: ${messageOf(error)}`)
      throw error
    }
  }
}

/** The claim's owners as the policy wants them; references of others stay. */
const ownersFor = (
  set: Owner,
  ordinal: number,
  pod: Cached<Pod> | undefined,
  current: readonly OwnerReference[],
): OwnerReference[] => {
  const {whenScaled, whenDeleted} = policyOf(set)
  const isScaledAway = !isInRange(set, ordinal)
  const others = current.filter(({uid}) => uid !== set.metadata.uid && uid !== pod?.metadata.uid)
  const owners = [...others]
  if (whenScaled === 'Delete' && isScaledAway && pod) owners.push(controllerReference(pods, pod))
  else if (whenDeleted === 'Delete') owners.push(controllerReference(statefulSets, set))
  return owners
}

/** Brings the owners of a pod's claims in line with the policy. */
export const alignClaims = async (
  set: Owner,
  ordinal: number,
  pod: Cached<Pod>,
  {cache, client}: ReconcileContext,
): Promise<void> => {
  for (const {metadata} of claimsOf(set, ordinal)) {
    const claim = cache(persistentVolumeClaims).get({name: metadata.name, namespace: set.metadata.namespace})
    if (!claim || claim.metadata.deletionTimestamp) continue
    const current = sendable(claim)
    const references = current.metadata.ownerReferences ?? []
    const isOurs = (uid: string): boolean => uid === set.metadata.uid || uid === pod.metadata.uid
    const wanted = ownersFor(set, ordinal, pod, references)
    const uids = (all: readonly OwnerReference[]): string[] =>
      all
        .map(({uid}) => uid)
        .filter(isOurs)
        .sort()
    if (isSame(uids(references), uids(wanted))) continue
    await client.update(persistentVolumeClaims, {
      ...current,
      metadata: {...current.metadata, ownerReferences: wanted},
    })
  }
}
