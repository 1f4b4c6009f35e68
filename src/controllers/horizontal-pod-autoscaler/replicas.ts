// From usage to a number of replicas. Pure.
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {conditionOf} from '../objects/conditions.ts'
import {timeMs} from '../objects/times.ts'
import {isReady, isTerminating} from '../pods/facts.ts'

export interface PodMetric {
  /** Thousandths. */
  readonly value: number
  readonly atMs: number
  readonly windowMs: number
}
export type PodMetrics = ReadonlyMap<string, PodMetric>

export interface Tolerances {
  readonly up: number
  readonly down: number
}
export const DEFAULT_TOLERANCE = 0.1

/** The CPU of a pod that is starting says nothing of its load. */
const CPU_INITIALIZATION_MS = 300_000
const INITIAL_READINESS_MS = 30_000

export interface Grouped {
  readonly ready: number
  readonly unready: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
  readonly ignored: ReadonlySet<string>
}

export const groupPods = (
  pods: readonly Cached<Pod>[],
  metrics: PodMetrics,
  options: {readonly isCpu: boolean; readonly nowMs: number},
): Grouped => {
  const [unready, missing, ignored] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let ready = 0
  for (const pod of pods) {
    const {name} = pod.metadata
    const metric = metrics.get(name)
    if (isTerminating(pod) || pod.status?.phase === 'Failed') ignored.add(name)
    else if (pod.status?.phase === 'Pending') unready.add(name)
    else if (!metric) missing.add(name)
    else if (options.isCpu && isStarting(pod, metric, options.nowMs)) unready.add(name)
    else ready += 1
  }
  return {ready, unready, missing, ignored}
}

const isStarting = (pod: Cached<Pod>, metric: PodMetric, nowMs: number): boolean => {
  const condition = conditionOf(pod.status?.conditions, 'Ready')
  const startMs = timeMs(pod.status?.startTime)
  if (!condition || Number.isNaN(startMs)) return true
  const changedMs = timeMs(condition.lastTransitionTime)
  if (startMs + CPU_INITIALIZATION_MS > nowMs)
    return condition.status === 'False' || metric.atMs < changedMs + metric.windowMs
  return condition.status === 'False' && startMs + INITIAL_READINESS_MS > changedMs
}

export const isWithin = (ratio: number, {up, down}: Tolerances): boolean => ratio >= 1 - down && ratio <= 1 + up

export interface Usage {
  readonly ratio: number
  /** In the unit of the target. */
  readonly current: number
  readonly average: number
}

type UsageOf = (metrics: PodMetrics) => Usage

export interface PodsProposal {
  readonly replicas: number
  readonly usage: Usage
}

/**
 * The number of pods that brings usage to its target. Pods that report nothing are assumed to be idle when growing and
 * fully used when shrinking, so that neither goes too far; `assumed` is what full use means.
 */
export const proposeForPods = (input: {
  readonly current: number
  readonly metrics: PodMetrics
  readonly groups: Grouped
  readonly usageOf: UsageOf
  readonly assumed: (pod: string) => number
  readonly tolerances: Tolerances
}): PodsProposal => {
  const {current, groups, usageOf, tolerances} = input
  const metrics = new Map([...input.metrics].filter(([name]) => !groups.unready.has(name) && !groups.ignored.has(name)))
  if (metrics.size === 0) throw new Error('did not receive metrics for targeted pods (pods might be unready)')
  const usage = usageOf(metrics)
  const growsWithUnready = groups.unready.size > 0 && usage.ratio > 1
  if (!growsWithUnready && groups.missing.size === 0) {
    const replicas = isWithin(usage.ratio, tolerances) ? current : Math.ceil(round(usage.ratio * groups.ready))
    return {replicas, usage}
  }
  const assume = (name: string, value: number): void => {
    metrics.set(name, {value, atMs: 0, windowMs: 0})
  }
  if (usage.ratio < 1) for (const name of groups.missing) assume(name, input.assumed(name))
  else if (usage.ratio > 1) for (const name of groups.missing) assume(name, 0)
  if (growsWithUnready) for (const name of groups.unready) assume(name, 0)
  const adjusted = usageOf(metrics).ratio
  const hasTurned = (usage.ratio < 1 && adjusted > 1) || (usage.ratio > 1 && adjusted < 1)
  if (isWithin(adjusted, tolerances) || hasTurned) return {replicas: current, usage}
  const replicas = Math.ceil(round(adjusted * metrics.size))
  const isBackwards = (adjusted < 1 && replicas > current) || (adjusted > 1 && replicas < current)
  return {replicas: isBackwards ? current : replicas, usage}
}

/** 3.0000000000000004 pods are three. */
export const round = (value: number): number => Math.round(value * 1e9) / 1e9

/** One value for all pods together, against a target value. */
export const proposeForValue = (
  current: number,
  ratio: number,
  pods: readonly Cached<Pod>[],
  tolerances: Tolerances,
): number => {
  if (current === 0) return Math.ceil(round(ratio))
  if (isWithin(ratio, tolerances)) return current
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod) && !isTerminating(pod)).length
  return Math.ceil(round(ratio * ready))
}

/** One value for all pods together, against a target for each pod. */
export const proposeForAverage = (current: number, usage: number, target: number, tolerances: Tolerances): number => {
  const ratio = usage / (target * current)
  return current > 0 && isWithin(ratio, tolerances) ? current : Math.ceil(round(usage / target))
}
