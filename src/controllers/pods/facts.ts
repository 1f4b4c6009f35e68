// What controllers ask of a pod.
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {conditionOf} from '../objects/conditions.ts'
import {timeMs} from '../objects/times.ts'

type SomePod = Cached<Pod>

export const isTerminating = ({metadata}: SomePod): boolean => metadata.deletionTimestamp !== undefined

/** Succeeded or failed for good. */
export const isFinished = ({status}: SomePod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

export const isActive = (pod: SomePod): boolean => !isFinished(pod) && !isTerminating(pod)

export const isReady = ({status}: SomePod): boolean => conditionOf(status?.conditions, 'Ready')?.status === 'True'

export const readySinceMs = ({status}: SomePod): number =>
  timeMs(conditionOf(status?.conditions, 'Ready')?.lastTransitionTime)

/** Ready for long enough. */
export const isAvailable = (pod: SomePod, minReadySeconds: number, nowMs: number): boolean =>
  isReady(pod) && (minReadySeconds === 0 || readySinceMs(pod) + minReadySeconds * 1000 <= nowMs)

/** When the next of the ready pods becomes available; undefined when none is waiting. */
export const nextAvailableMs = (
  pods: readonly SomePod[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined => {
  if (minReadySeconds === 0) return undefined
  const waits = pods
    .filter((pod) => isReady(pod) && !isAvailable(pod, minReadySeconds, nowMs))
    .map((pod) => readySinceMs(pod) + minReadySeconds * 1000 - nowMs)
  return waits.length === 0 ? undefined : Math.max(1, Math.min(...waits))
}

export const restartsOf = ({status}: SomePod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({restartCount}) => restartCount))
