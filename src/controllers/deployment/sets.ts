// A Deployment's ReplicaSets: which is the new one, how big each may be.
import {isSame} from '../../api/meta/same.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {Deployment, PodTemplateSpec, ReplicaSet} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {resolvePercent} from '../objects/int-or-percent.ts'
import {timeMs} from '../objects/times.ts'
import {desiredOf} from './annotations.ts'

export type PodSet = Cached<ReplicaSet>
export type Owner = Cached<Deployment>

export const HASH_LABEL = 'pod-template-hash'

export const replicasOf = ({spec}: Owner): number => spec?.replicas ?? 1
export const sizeOf = ({spec}: PodSet): number => spec?.replicas ?? 1
export const isRolling = ({spec}: Owner): boolean => spec?.strategy?.type !== 'Recreate'

export const sum = (sets: readonly PodSet[], count: (set: PodSet) => number | undefined): number =>
  sets.reduce((total, set) => total + (count(set) ?? 0), 0)

export const active = (sets: readonly PodSet[]): readonly PodSet[] => sets.filter((set) => sizeOf(set) > 0)

/** With both at zero nothing could ever move: one may be unavailable then. */
export const limitsOf = (deployment: Owner): {readonly surge: number; readonly unavailable: number} => {
  if (!isRolling(deployment)) return {surge: 0, unavailable: 0}
  const {maxSurge, maxUnavailable} = deployment.spec?.strategy?.rollingUpdate ?? {}
  const total = replicasOf(deployment)
  const surge = resolvePercent(maxSurge as number | string | undefined, total, 'up')
  const unavailable = resolvePercent(maxUnavailable as number | string | undefined, total, 'down')
  return {surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, total)}
}

const withoutHash = (template: DeepReadonly<PodTemplateSpec> | undefined): unknown => {
  const {[HASH_LABEL]: _, ...labels} = template?.metadata?.labels ?? {}
  return {...template, metadata: {...template?.metadata, labels}}
}

export const hasTemplateOf = (set: PodSet, deployment: Owner): boolean =>
  isSame(withoutHash(set.spec?.template), withoutHash(deployment.spec?.template))

export const byAge = (a: PodSet, b: PodSet): number =>
  timeMs(a.metadata.creationTimestamp) - timeMs(b.metadata.creationTimestamp) ||
  (a.metadata.name < b.metadata.name ? -1 : 1)

/** The oldest with the Deployment's template. */
export const findNewSet = (sets: readonly PodSet[], deployment: Owner): PodSet | undefined =>
  [...sets].sort(byAge).find((set) => hasTemplateOf(set, deployment))

/** How big the new one may be now. */
export const newSetSize = (deployment: Owner, sets: readonly PodSet[], current: number): number => {
  const wanted = replicasOf(deployment)
  if (!isRolling(deployment)) return wanted
  const room = wanted + limitsOf(deployment).surge - sum(sets, sizeOf)
  return room <= 0 ? current : current + Math.min(room, wanted - current)
}

/** It has all the pods of the Deployment, and they are available. */
export const isSaturated = (deployment: Owner, set: PodSet | undefined): boolean => {
  if (!set) return false
  const wanted = replicasOf(deployment)
  return sizeOf(set) === wanted && desiredOf(set) === wanted && (set.status?.availableReplicas ?? 0) === wanted
}
