// The next steps of a StatefulSet: one at a time and in order, or all at once where that is allowed. Pure.
import type {Pod, StatefulSet, StatefulSetStatus} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {resolvePercent} from '../objects/int-or-percent.ts'
import {isAvailable, isReady, isTerminating} from '../pods/facts.ts'
import {firstOrdinal, isInRange, ordinalOf, replicasOf, revisionOf} from './identity.ts'

type SomePod = Cached<Pod>

export interface Revisions {
  readonly current: string
  readonly update: string
}
export type Step =
  | {readonly kind: 'create'; readonly ordinal: number; readonly revision: string}
  /** Storage and labels of a pod that is there. */
  | {readonly kind: 'tend'; readonly pod: SomePod; readonly ordinal: number}
  | {readonly kind: 'delete'; readonly pod: SomePod; readonly why: 'ended' | 'condemned' | 'outdated'}

const isRolling = ({spec}: Cached<StatefulSet>): boolean => spec?.updateStrategy?.type !== 'OnDelete'
const isOrdered = ({spec}: Cached<StatefulSet>): boolean => spec?.podManagementPolicy !== 'Parallel'
const partitionOf = ({spec}: Cached<StatefulSet>): number => spec?.updateStrategy?.rollingUpdate?.partition ?? 0
const minReady = ({spec}: Cached<StatefulSet>): number => spec?.minReadySeconds ?? 0

const isRunning = ({status}: SomePod): boolean => status?.phase === 'Running'
const isEnded = ({status}: SomePod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded'

interface World {
  readonly set: Cached<StatefulSet>
  readonly revisions: Revisions
  readonly nowMs: number
}

const isHealthy = (pod: SomePod, {set, nowMs}: World): boolean =>
  isRunning(pod) && isAvailable(pod, minReady(set), nowMs) && !isTerminating(pod)

/** What a new pod is made from: below the partition, or while an update is under way, the revision before it. */
const revisionFor = (ordinal: number, {set, revisions}: World): string => {
  const first = firstOrdinal(set)
  if (!isRolling(set)) return revisions.update
  const rolling = set.spec?.updateStrategy?.rollingUpdate
  const kept = rolling ? partitionOf(set) : (set.status?.currentReplicas ?? 0)
  return ordinal < first + kept ? revisions.current : revisions.update
}

export const planSteps = (world: World, pods: readonly SomePod[]): readonly Step[] => {
  const {set} = world
  const first = firstOrdinal(set)
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod, set), pod]))
  const places = Array.from({length: replicasOf(set)}, (_, at) => ({
    ordinal: first + at,
    pod: byOrdinal.get(first + at),
  }))
  const {steps, mayGoOn} = fill(world, places)
  if (!mayGoOn) return steps
  const condemned = pods
    .filter((pod) => ordinalOf(pod, set) >= 0 && !isInRange(set, ordinalOf(pod, set)))
    .sort((a, b) => ordinalOf(b, set) - ordinalOf(a, set))
  const scaling = shrink(world, condemned, places)
  if (!scaling.mayGoOn || !isRolling(set)) return [...steps, ...scaling.steps]
  return [...steps, ...scaling.steps, ...roll(world, places)]
}

interface Place {
  readonly ordinal: number
  readonly pod: SomePod | undefined
}
interface Outcome {
  readonly steps: readonly Step[]
  /** In order, nothing further happens before this has settled. */
  readonly mayGoOn: boolean
}

const fill = (world: World, places: readonly Place[]): Outcome => {
  const steps: Step[] = []
  const ordered = isOrdered(world.set)
  for (const {ordinal, pod} of places) {
    if (!pod) {
      steps.push({kind: 'create', ordinal, revision: revisionFor(ordinal, world)})
      if (ordered) return {steps, mayGoOn: false}
      continue
    }
    if (isEnded(pod)) {
      if (!isTerminating(pod)) steps.push({kind: 'delete', pod, why: 'ended'})
      // Its successor is made once it is gone.
      if (ordered) return {steps, mayGoOn: false}
      continue
    }
    if (!isTerminating(pod)) steps.push({kind: 'tend', pod, ordinal})
    const isDone = !isTerminating(pod) && isRunning(pod) && isAvailable(pod, minReady(world.set), world.nowMs)
    if (ordered && !isDone) return {steps, mayGoOn: false}
  }
  return {steps, mayGoOn: true}
}

/** From the highest ordinal down. One that is not healthy holds up the others, unless it is the first such. */
const shrink = (world: World, condemned: readonly SomePod[], places: readonly Place[]): Outcome => {
  const ordered = isOrdered(world.set)
  const all = [...places.flatMap(({pod}) => (pod ? [pod] : [])), ...condemned]
  const [firstUnhealthy] = all
    .filter((pod) => !isHealthy(pod, world))
    .sort((a, b) => ordinalOf(a, world.set) - ordinalOf(b, world.set))
  const steps: Step[] = []
  for (const pod of condemned) {
    if (isTerminating(pod)) {
      if (ordered) return {steps, mayGoOn: false}
      continue
    }
    if (ordered && !isHealthy(pod, world) && pod !== firstUnhealthy) return {steps, mayGoOn: false}
    steps.push({kind: 'delete', pod, why: 'condemned'})
    if (ordered) return {steps, mayGoOn: false}
  }
  return {steps, mayGoOn: true}
}

/** From the highest ordinal down to the partition, never more missing than allowed. */
const roll = (world: World, places: readonly Place[]): readonly Step[] => {
  const {set, revisions} = world
  const {maxUnavailable} = set.spec?.updateStrategy?.rollingUpdate ?? {}
  const limit = Math.max(1, resolvePercent((maxUnavailable ?? 1) as number | string, replicasOf(set), 'up'))
  const from = firstOrdinal(set) + partitionOf(set)
  const steps: Step[] = []
  let missing = places.filter(({pod}) => !pod || !isHealthy(pod, world)).length
  for (const {ordinal, pod} of [...places].reverse()) {
    if (ordinal < from) break
    if (pod && !isTerminating(pod) && revisionOf(pod) !== revisions.update) {
      const wasMissing = !isHealthy(pod, world)
      if (limit > 1 && !wasMissing && missing >= limit) break
      if (steps.length >= limit) break
      steps.push({kind: 'delete', pod, why: 'outdated'})
      if (!wasMissing) missing += 1
      if (limit === 1) break
      continue
    }
    // Whatever was updated already has to be well before the next.
    if ((!pod || !isHealthy(pod, world)) && limit === 1) break
  }
  return steps
}

/** What the pods amount to now. `made` are pods that were created in this turn. */
export const planStatus = (
  {set, revisions, nowMs}: World,
  pods: readonly SomePod[],
  collisionCount: number | undefined,
): StatefulSetStatus => {
  const status = {replicas: 0, ready: 0, available: 0, current: 0, updated: 0}
  for (const pod of pods) {
    if (ordinalOf(pod, set) < 0) continue
    status.replicas += 1
    if (isRunning(pod) && isReady(pod)) {
      status.ready += 1
      if (isAvailable(pod, minReady(set), nowMs)) status.available += 1
    }
    if (isTerminating(pod)) continue
    if (revisionOf(pod) === revisions.current) status.current += 1
    if (revisionOf(pod) === revisions.update) status.updated += 1
  }
  const isComplete =
    isRolling(set) &&
    status.updated === replicasOf(set) &&
    status.replicas === replicasOf(set) &&
    status.ready === replicasOf(set)
  return {
    observedGeneration: set.metadata.generation,
    replicas: status.replicas,
    readyReplicas: status.ready || undefined,
    availableReplicas: status.available,
    currentReplicas: (isComplete ? status.updated : status.current) || undefined,
    updatedReplicas: status.updated || undefined,
    currentRevision: isComplete ? revisions.update : revisions.current,
    updateRevision: revisions.update,
    collisionCount: collisionCount ?? 0,
    conditions: set.status?.conditions as StatefulSetStatus['conditions'],
  }
}
