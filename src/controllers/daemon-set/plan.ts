// Which daemon pods to make and to remove: one on every node that should have one. Pure.
import type {DaemonSet, DaemonSetStatus, Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {resolvePercent} from '../objects/int-or-percent.ts'
import {unlessZero} from '../objects/status.ts'
import {timeMs} from '../objects/times.ts'
import {isAvailable, isReady, isTerminating} from '../pods/facts.ts'
import type {Fit} from './nodes.ts'

type SomePod = Cached<Pod>

/** A node, whether it should have a pod, and those it has. */
export interface Place {
  readonly node: string
  readonly fit: Fit
  readonly pods: readonly SomePod[]
}

export interface Finding {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly pod: SomePod
}
export interface DaemonPlan {
  /** Nodes that get a pod. */
  readonly create: readonly string[]
  readonly remove: readonly SomePod[]
  /** Ended pods that are replaced, to be told of. */
  readonly ended: readonly Finding[]
}

export const HASH_LABEL = 'controller-revision-hash'
export const GENERATION_LABEL = 'pod-template-generation'
export const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation'

/** How to tell a pod of the current template. */
export interface Current {
  readonly hash: string
  readonly nowMs: number
}

const generationOf = ({metadata}: Cached<DaemonSet>): string | undefined =>
  metadata.annotations?.[GENERATION_ANNOTATION]

export const isUpdated = ({metadata}: SomePod, set: Cached<DaemonSet>, {hash}: Current): boolean => {
  const generation = generationOf(set)
  return (
    metadata.labels?.[HASH_LABEL] === hash ||
    (generation !== undefined && metadata.labels?.[GENERATION_LABEL] === generation)
  )
}

const minReady = ({spec}: Cached<DaemonSet>): number => spec?.minReadySeconds ?? 0

/** Scheduled ones first, then the oldest: the one to keep. */
const oldestFirst = (a: SomePod, b: SomePod): number =>
  Number(Boolean(b.spec?.nodeName)) - Number(Boolean(a.spec?.nodeName)) ||
  timeMs(a.metadata.creationTimestamp) - timeMs(b.metadata.creationTimestamp)

interface Limits {
  readonly surge: number
  readonly unavailable: number
}

export const limitsOf = (set: Cached<DaemonSet>, desired: number): Limits => {
  const {maxSurge, maxUnavailable} = set.spec?.updateStrategy?.rollingUpdate ?? {}
  const surge = resolvePercent(maxSurge as number | string | undefined, desired, 'up')
  const unavailable = resolvePercent((maxUnavailable ?? 1) as number | string, desired, 'up')
  return {surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable}
}

/** What is missing or too much, the template apart. */
export const planPlaces = (set: Cached<DaemonSet>, places: readonly Place[], current: Current): DaemonPlan => {
  const create: string[] = []
  const remove: SomePod[] = []
  const ended: Finding[] = []
  const mayHaveTwo = limitsOf(set, 1).surge > 0
  for (const {node, fit, pods} of places) {
    const staying = pods.filter((pod) => !isTerminating(pod))
    if (!fit.mayStay) {
      remove.push(...staying)
      continue
    }
    if (pods.length === 0 && fit.shouldRun) create.push(node)
    const running: SomePod[] = []
    for (const pod of staying) {
      const phase = pod.status?.phase
      if (phase === 'Failed') ended.push({type: 'Warning', reason: 'FailedDaemonPod', pod})
      else if (phase === 'Succeeded') ended.push({type: 'Normal', reason: 'SucceededDaemonPod', pod})
      else running.push(pod)
    }
    remove.push(...surplus(set, running, current, mayHaveTwo))
  }
  return {create, remove: [...remove, ...ended.map(({pod}) => pod)], ended}
}

const surplus = (
  set: Cached<DaemonSet>,
  running: readonly SomePod[],
  current: Current,
  mayHaveTwo: boolean,
): readonly SomePod[] => {
  if (running.length <= 1) return []
  const sorted = [...running].sort(oldestFirst)
  if (!mayHaveTwo) return sorted.slice(1)
  const [newest] = sorted.filter((pod) => isUpdated(pod, set, current))
  const [oldest] = sorted.filter((pod) => !isUpdated(pod, set, current))
  const isReplaced = newest !== undefined && isAvailable(newest, minReady(set), current.nowMs)
  return sorted.filter((pod) => pod !== newest && (pod !== oldest || isReplaced))
}

/** The next step of a rolling update. */
export const planRolling = (set: Cached<DaemonSet>, places: readonly Place[], current: Current): DaemonPlan => {
  const wanted = places.filter(({fit}) => fit.shouldRun)
  const limits = limitsOf(set, wanted.length)
  return limits.surge > 0
    ? planSurge(set, wanted, limits.surge, current)
    : planReplace(set, wanted, limits.unavailable, current)
}

const newAndOld = (
  set: Cached<DaemonSet>,
  {pods}: Place,
  current: Current,
): {readonly fresh: SomePod | undefined; readonly old: SomePod | undefined; readonly isClear: boolean} => {
  const fresh = pods.filter((pod) => isUpdated(pod, set, current))
  const old = pods.filter((pod) => !isUpdated(pod, set, current))
  return {fresh: fresh[0], old: old[0], isClear: fresh.length <= 1 && old.length <= 1}
}

const planReplace = (
  set: Cached<DaemonSet>,
  places: readonly Place[],
  maxUnavailable: number,
  current: Current,
): DaemonPlan => {
  const available = (pod: SomePod): boolean => isAvailable(pod, minReady(set), current.nowMs)
  const atOnce: SomePod[] = []
  const candidates: SomePod[] = []
  let unavailable = 0
  for (const place of places) {
    const {fresh, old, isClear} = newAndOld(set, place, current)
    if (!isClear || (fresh && old) || (!fresh && !old)) unavailable += 1
    else if (fresh) unavailable += available(fresh) ? 0 : 1
    else if (old && !available(old)) {
      unavailable += 1
      if (!isTerminating(old)) atOnce.push(old)
    } else if (old && !isTerminating(old)) candidates.push(old)
    else unavailable += 1
  }
  return {create: [], remove: [...atOnce, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))], ended: []}
}

const planSurge = (
  set: Cached<DaemonSet>,
  places: readonly Place[],
  maxSurge: number,
  current: Current,
): DaemonPlan => {
  const available = (pod: SomePod): boolean => isAvailable(pod, minReady(set), current.nowMs)
  const atOnce: string[] = []
  const candidates: string[] = []
  const remove: SomePod[] = []
  let surging = 0
  for (const place of places) {
    const {fresh, old, isClear} = newAndOld(set, place, current)
    if (!isClear) surging += 1
    else if (old && !fresh) {
      if (isTerminating(old)) continue
      if (available(old)) candidates.push(place.node)
      else atOnce.push(place.node)
    } else if (fresh && !available(fresh)) surging += 1
    else if (fresh && old && !isTerminating(old)) remove.push(old)
  }
  return {create: [...atOnce, ...candidates.slice(0, Math.max(0, maxSurge - surging))], remove, ended: []}
}

export const planStatus = (set: Cached<DaemonSet>, places: readonly Place[], current: Current): DaemonSetStatus => {
  let [desired, scheduled, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0]
  for (const {fit, pods} of places) {
    if (!fit.shouldRun) {
      misscheduled += pods.length > 0 ? 1 : 0
      continue
    }
    desired += 1
    if (pods.length === 0) continue
    scheduled += 1
    const [pod] = [...pods].sort(oldestFirst)
    if (!pod) continue
    if (isReady(pod)) ready += 1
    if (isAvailable(pod, minReady(set), current.nowMs)) available += 1
    if (isUpdated(pod, set, current)) updated += 1
  }
  return {
    desiredNumberScheduled: desired,
    currentNumberScheduled: scheduled,
    numberMisscheduled: misscheduled,
    numberReady: ready,
    numberAvailable: unlessZero(available),
    numberUnavailable: unlessZero(desired - available),
    updatedNumberScheduled: unlessZero(updated),
    observedGeneration: unlessZero(set.metadata.generation ?? 0),
    collisionCount: set.status?.collisionCount,
    conditions: set.status?.conditions as DaemonSetStatus['conditions'],
  }
}
