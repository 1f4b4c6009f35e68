// The arithmetic of a rollout: which ReplicaSet gets which size next. Pure.

import {maxOf} from './annotations.ts'
import type {Owner, PodSet} from './sets.ts'
import {active, byAge, isRolling, isSaturated, limitsOf, newSetSize, replicasOf, sizeOf, sum} from './sets.ts'

export interface Resize {
  readonly set: PodSet
  readonly to: number
}

/** Towards the Deployment's size: down at once, up as far as the surge allows. */
export const planNewSet = (deployment: Owner, newSet: PodSet, sets: readonly PodSet[]): Resize | undefined => {
  const [wanted, size] = [replicasOf(deployment), sizeOf(newSet)]
  if (size === wanted) return undefined
  const to = size > wanted ? wanted : newSetSize(deployment, sets, size)
  return to === size ? undefined : {set: newSet, to}
}

/** First old pods that are not available, then as many as may be missing. */
export const planOldSets = (
  deployment: Owner,
  newSet: PodSet | undefined,
  olds: readonly PodSet[],
): readonly Resize[] => {
  if (sum(olds, sizeOf) === 0) return []
  const all = newSet ? [...olds, newSet] : olds
  const minAvailable = replicasOf(deployment) - limitsOf(deployment).unavailable
  const notYetAvailable = newSet ? sizeOf(newSet) - (newSet.status?.availableReplicas ?? 0) : 0
  const mayGo = sum(all, sizeOf) - minAvailable - notYetAvailable
  if (mayGo <= 0) return []
  const sizes = new Map(olds.map((set) => [set, sizeOf(set)]))
  const sorted = [...olds].sort(byAge)
  removeUnhealthy(sorted, sizes, mayGo)
  const surplus = sum(all, ({status}) => status?.availableReplicas) - minAvailable
  removeHealthy(sorted, sizes, surplus)
  return sorted.filter((set) => sizes.get(set) !== sizeOf(set)).map((set) => ({set, to: sizes.get(set) ?? 0}))
}

const removeUnhealthy = (sets: readonly PodSet[], sizes: Map<PodSet, number>, limit: number): void => {
  let left = limit
  for (const set of sets) {
    const unhealthy = sizeOf(set) - (set.status?.availableReplicas ?? 0)
    const go = Math.min(left, Math.max(0, unhealthy))
    sizes.set(set, sizeOf(set) - go)
    left -= go
  }
}

const removeHealthy = (sets: readonly PodSet[], sizes: Map<PodSet, number>, surplus: number): void => {
  let left = Math.max(0, surplus)
  for (const set of sets) {
    const size = sizes.get(set) ?? 0
    const go = Math.min(left, size)
    sizes.set(set, size - go)
    left -= go
  }
}

/** The Deployment itself was scaled (or is paused): follow without rolling. */
export const planScale = (
  deployment: Owner,
  newSet: PodSet | undefined,
  olds: readonly PodSet[],
): readonly Resize[] => {
  const wanted = replicasOf(deployment)
  const all = newSet ? [...olds, newSet] : olds
  const current = active(all)
  const [only] = current.length === 0 ? [newSet ?? [...olds].sort(byAge).at(-1)] : current
  if (only && current.length <= 1) return sizeOf(only) === wanted ? [] : [{set: only, to: wanted}]
  if (isSaturated(deployment, newSet)) return active(olds).map((set) => ({set, to: 0}))
  return isRolling(deployment) && current.length > 1 ? inProportion(deployment, current) : []
}

const inProportion = (deployment: Owner, sets: readonly PodSet[]): readonly Resize[] => {
  const wanted = replicasOf(deployment)
  const allowed = wanted > 0 ? wanted + limitsOf(deployment).surge : 0
  const toAdd = allowed - sum(sets, sizeOf)
  // The biggest first; of the same size the newest grows first and the oldest shrinks first.
  const sorted = [...sets].sort((a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? byAge(b, a) : byAge(a, b)))
  let added = 0
  const resizes = sorted.map((set) => {
    const share = toAdd === 0 ? 0 : shareOf(deployment, set, toAdd, added)
    added += share
    return {set, to: sizeOf(set) + share}
  })
  const [first, ...rest] = resizes
  if (!first) return []
  return [{set: first.set, to: Math.max(0, first.to + toAdd - added)}, ...rest]
}

const shareOf = (deployment: Owner, set: PodSet, toAdd: number, added: number): number => {
  const [size, wanted] = [sizeOf(set), replicasOf(deployment)]
  if (size === 0 || toAdd === added) return 0
  const before = maxOf(set) || deployment.status?.replicas || 1
  const fraction = wanted === 0 ? -size : Math.round((size * (wanted + limitsOf(deployment).surge)) / before) - size
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added)
}
