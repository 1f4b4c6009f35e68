// A PodDisruptionBudget's status. Pure.
import type {Pod, PodDisruptionBudget, PodDisruptionBudgetStatus} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {resolvePercent} from '../objects/int-or-percent.ts'
import {timeMs, timestamp} from '../objects/times.ts'
import {isReady, isTerminating} from '../pods/facts.ts'

type Budget = Cached<PodDisruptionBudget>

/** An eviction that was granted and has not shown by then is taken back. */
export const DELETION_TIMEOUT_MS = 120_000

export interface Counts {
  readonly expected: number
  readonly desired: number
}

/** A number of pods that must be there says itself how many: only shares need to know what they are shares of. */
export const needsExpected = ({spec}: Budget): boolean =>
  spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string'

export const planCounts = ({spec}: Budget, pods: number, expected: number): Counts => {
  if (spec?.maxUnavailable !== undefined) {
    const mayMiss = resolvePercent(spec.maxUnavailable as number | string, expected, 'up')
    return {expected, desired: Math.max(0, expected - mayMiss)}
  }
  const min = spec?.minAvailable as number | string | undefined
  if (typeof min === 'string') return {expected, desired: resolvePercent(min, expected, 'up')}
  return {expected: pods, desired: min ?? 0}
}

export interface Disrupted {
  readonly still: Readonly<Record<string, string>>
  /** Granted, and nothing came of it. */
  readonly expired: readonly Cached<Pod>[]
  readonly nextMs: number | undefined
}

export const planDisrupted = ({status}: Budget, pods: readonly Cached<Pod>[], nowMs: number): Disrupted => {
  const still: Record<string, string> = {}
  const expired: Cached<Pod>[] = []
  let nextMs: number | undefined
  for (const pod of pods) {
    const at = status?.disruptedPods?.[pod.metadata.name]
    if (at === undefined || isTerminating(pod)) continue
    const untilMs = timeMs(at) + DELETION_TIMEOUT_MS
    if (untilMs < nowMs) expired.push(pod)
    else {
      still[pod.metadata.name] = at
      nextMs = Math.min(nextMs ?? untilMs, untilMs)
    }
  }
  return {still, expired, nextMs: nextMs === undefined ? undefined : nextMs - nowMs}
}

export const countHealthy = (pods: readonly Cached<Pod>[], disrupted: Readonly<Record<string, string>>): number =>
  pods.filter((pod) => !isTerminating(pod) && disrupted[pod.metadata.name] === undefined && isReady(pod)).length

export const planStatus = (
  budget: Budget,
  {expected, desired}: Counts,
  healthy: number,
  disrupted: Readonly<Record<string, string>>,
  nowMs: number,
): PodDisruptionBudgetStatus => {
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired)
  return {
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    disruptionsAllowed: allowed,
    disruptedPods: Object.keys(disrupted).length > 0 ? {...disrupted} : undefined,
    observedGeneration: budget.metadata.generation,
    conditions: withAllowed(
      budget,
      allowed > 0 ? {status: 'True', reason: 'SufficientPods'} : {status: 'False', reason: 'InsufficientPods'},
      '',
      nowMs,
    ),
  }
}

type Conditions = NonNullable<PodDisruptionBudgetStatus['conditions']>

export const withAllowed = (
  {status, metadata}: Budget,
  verdict: {readonly status: 'True' | 'False'; readonly reason: string},
  message: string,
  nowMs: number,
): Conditions => {
  const current = status?.conditions?.find(({type}) => type === 'DisruptionAllowed')
  const since = current?.status === verdict.status ? current.lastTransitionTime : timestamp(nowMs)
  const condition = {
    type: 'DisruptionAllowed',
    ...verdict,
    message,
    lastTransitionTime: since,
    observedGeneration: metadata.generation,
  }
  const others = (status?.conditions ?? []).filter(({type}) => type !== 'DisruptionAllowed') as Conditions
  return [...others, condition]
}
