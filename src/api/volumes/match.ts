// Which volume suits a claim: the smallest of those that offer the fewest access modes beyond what was asked.
import type {DeepReadonly} from '../object.ts'
import {unitsOf} from '../scheduling/amount.ts'
import {matchesNodeSelector, type NodeFacts} from '../scheduling/node-affinity.ts'
import {everything, labelSelector} from '../scheduling/selector.ts'
import type {PersistentVolume, PersistentVolumeClaim} from '../schema/types.gen.ts'
import {claimClass, isReservedFor, volumeClass} from './claim.ts'

type Claim = DeepReadonly<PersistentVolumeClaim>

export interface MatchOptions {
  /** Where the pod would run; absent: anywhere. */
  readonly node?: NodeFacts | undefined
  /** Nobody may choose before there is a pod: only a volume that was reserved by hand will do. */
  readonly waitsForConsumer?: boolean | undefined
  readonly isTaken?: ((volumeName: string) => boolean) | undefined
}

export const reachesNode = (volume: DeepReadonly<PersistentVolume>, node: NodeFacts): boolean => {
  const required = volume.spec?.nodeAffinity?.required
  return !required || matchesNodeSelector(required, node)
}

const capacityOf = (volume: DeepReadonly<PersistentVolume>): number => unitsOf(volume.spec?.capacity?.storage ?? '0')
const modeOf = (object: Claim | DeepReadonly<PersistentVolume>): string => object.spec?.volumeMode ?? 'Filesystem'

/** Hard facts that even a volume reserved for the claim must meet. */
const couldHold = (volume: DeepReadonly<PersistentVolume>, claim: Claim): boolean =>
  modeOf(volume) === modeOf(claim) &&
  (volume.spec?.volumeAttributesClassName ?? '') === (claim.spec?.volumeAttributesClassName ?? '') &&
  volume.metadata?.deletionTimestamp === undefined &&
  capacityOf(volume) >= unitsOf(claim.spec?.resources?.requests?.storage ?? '0') &&
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode))

const isFree = (volume: DeepReadonly<PersistentVolume>, claim: Claim): boolean => {
  const selector = claim.spec?.selector ? labelSelector(claim.spec.selector) : everything
  return (
    volume.status?.phase === 'Available' &&
    volume.spec?.claimRef === undefined &&
    selector.matches(volume.metadata?.labels) &&
    volumeClass(volume) === claimClass(claim)
  )
}

const isBetter = (left: DeepReadonly<PersistentVolume>, right: DeepReadonly<PersistentVolume>): boolean => {
  const modes = (left.spec?.accessModes?.length ?? 0) - (right.spec?.accessModes?.length ?? 0)
  return modes < 0 || (modes === 0 && capacityOf(left) < capacityOf(right))
}

export const findVolume = <Volume extends DeepReadonly<PersistentVolume>>(
  claim: Claim,
  volumes: Iterable<Volume>,
  {node, waitsForConsumer = false, isTaken = () => false}: MatchOptions = {},
): Volume | undefined => {
  let best: Volume | undefined
  for (const volume of volumes) {
    if (isTaken(volume.metadata?.name ?? '') || !couldHold(volume, claim)) continue
    if (isReservedFor(volume, claim)) return node && !reachesNode(volume, node) ? undefined : volume
    if ((waitsForConsumer && !node) || !isFree(volume, claim)) continue
    if (node && !reachesNode(volume, node)) continue
    if (!best || isBetter(volume, best)) best = volume
  }
  return best
}
