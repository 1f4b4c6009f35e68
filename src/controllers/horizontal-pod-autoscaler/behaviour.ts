// How fast and how far: limits, stabilisation windows and policies on top of what the metrics say. Pure but for the
// memory of past recommendations and changes, which is handed in.

import type {DeepReadonly} from '../../api/object.ts'
import type {V2HorizontalPodAutoscaler, V2HPAScalingRules} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'

type Rules = DeepReadonly<V2HPAScalingRules>

export interface Remembered {
  readonly atMs: number
  readonly replicas: number
}
/** What one autoscaler remembers. */
export interface Memory {
  recommendations: readonly Remembered[]
  ups: readonly Remembered[]
  downs: readonly Remembered[]
}
export const noMemory = (): Memory => ({recommendations: [], ups: [], downs: []})

export interface ConditionWords {
  readonly type: 'AbleToScale' | 'ScalingLimited'
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}
export interface Limited {
  readonly replicas: number
  readonly conditions: readonly ConditionWords[]
}

const DEFAULT_DOWN_SECONDS = 300

interface Input {
  readonly current: number
  readonly desired: number
  readonly min: number
  readonly max: number
  readonly nowMs: number
}

export const limit = (autoscaler: Cached<V2HorizontalPodAutoscaler>, input: Input, memory: Memory): Limited => {
  const {behavior} = autoscaler.spec ?? {}
  const upSeconds = behavior ? (behavior.scaleUp?.stabilizationWindowSeconds ?? 0) : 0
  const downSeconds = behavior?.scaleDown?.stabilizationWindowSeconds ?? DEFAULT_DOWN_SECONDS
  const stable = stabilize(input, memory, upSeconds, downSeconds)
  const able = ableToScale(input, stable, behavior !== undefined)
  const bounded = behavior
    ? byRules({...input, desired: stable}, behavior.scaleUp, behavior.scaleDown, memory)
    : byDefault({...input, desired: stable})
  return {replicas: bounded.replicas, conditions: [able, bounded.condition]}
}

/** Down no further than the highest of the recent recommendations, up no further than the lowest. */
const stabilize = (
  {current, desired, nowMs}: Input,
  memory: Memory,
  upSeconds: number,
  downSeconds: number,
): number => {
  const longestMs = Math.max(upSeconds, downSeconds) * 1000
  const recent = memory.recommendations.filter(({atMs}) => atMs > nowMs - longestMs)
  memory.recommendations = [...recent, {atMs: nowMs, replicas: desired}]
  const within = (seconds: number): number[] =>
    recent.filter(({atMs}) => atMs > nowMs - seconds * 1000).map(({replicas}) => replicas)
  let stable = current
  const lowest = Math.min(desired, ...within(upSeconds))
  const highest = Math.max(desired, ...within(downSeconds))
  if (stable < lowest) stable = lowest
  if (stable > highest) stable = highest
  return stable
}

const ableToScale = ({desired}: Input, stable: number, hasBehaviour: boolean): ConditionWords => {
  const words = (reason: string, message: string): ConditionWords => ({
    type: 'AbleToScale',
    status: 'True',
    reason,
    message,
  })
  if (stable === desired) return words('ReadyForNewScale', 'recommended size matches current size')
  if (stable > desired || !hasBehaviour)
    return words(
      'ScaleDownStabilized',
      'recent recommendations were higher than current one, applying the highest recent recommendation',
    )
  return words(
    'ScaleUpStabilized',
    'recent recommendations were lower than current one, applying the lowest recent recommendation',
  )
}

interface Bounded {
  readonly replicas: number
  readonly condition: ConditionWords
}
const limited = (replicas: number, reason: string, message: string): Bounded => ({
  replicas,
  condition: {type: 'ScalingLimited', status: reason === 'DesiredWithinRange' ? 'False' : 'True', reason, message},
})
const within = (replicas: number): Bounded =>
  limited(replicas, 'DesiredWithinRange', 'the desired count is within the acceptable range')
const tooFew = (min: number): Bounded =>
  limited(min, 'TooFewReplicas', 'the desired replica count is less than the minimum replica count')
const tooMany = (max: number): Bounded =>
  limited(max, 'TooManyReplicas', 'the desired replica count is more than the maximum replica count')
const tooFast = (to: number): Bounded =>
  limited(to, 'ScaleUpLimit', 'the desired replica count is increasing faster than the maximum scale rate')

/** Doubling, or four. */
const byDefault = ({current, desired, min, max}: Input): Bounded => {
  const fastest = Math.max(2 * current, 4)
  if (desired < min) return tooFew(min)
  if (desired > Math.min(max, fastest)) return fastest < max ? tooFast(fastest) : tooMany(max)
  return within(desired)
}

const byRules = (input: Input, up: Rules | undefined, down: Rules | undefined, memory: Memory): Bounded => {
  const {current, desired, min, max} = input
  if (desired > current) {
    const fastest = Math.max(current, upLimit(input, up, memory))
    if (desired > Math.min(max, fastest)) return fastest < max ? tooFast(fastest) : tooMany(max)
  } else if (desired < current) {
    const lowest = Math.min(current, downLimit(input, down, memory))
    if (desired < Math.max(min, lowest))
      return lowest > min
        ? limited(
            lowest,
            'ScaleDownLimit',
            'the desired replica count is decreasing faster than the maximum scale rate',
          )
        : tooFew(min)
  }
  return within(desired)
}

const changed = (events: readonly Remembered[], periodSeconds: number, nowMs: number): number =>
  events.filter(({atMs}) => atMs > nowMs - periodSeconds * 1000).reduce((total, {replicas}) => total + replicas, 0)

const upLimit = ({current, nowMs}: Input, rules: Rules | undefined, {ups, downs}: Memory): number => {
  if (rules?.selectPolicy === 'Disabled') return current
  const proposals = (rules?.policies ?? []).map(({type, value, periodSeconds}) => {
    const start = current - changed(ups, periodSeconds, nowMs) + changed(downs, periodSeconds, nowMs)
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100))
  })
  if (proposals.length === 0) return Math.max(2 * current, 4)
  return rules?.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(...proposals)
}

const downLimit = ({current, nowMs}: Input, rules: Rules | undefined, {ups, downs}: Memory): number => {
  if (rules?.selectPolicy === 'Disabled') return current
  const proposals = (rules?.policies ?? []).map(({type, value, periodSeconds}) => {
    const start = current - changed(ups, periodSeconds, nowMs) + changed(downs, periodSeconds, nowMs)
    return type === 'Pods' ? start - value : Math.floor(start * (1 - value / 100))
  })
  if (proposals.length === 0) return 0
  return rules?.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals)
}

const LONGEST_PERIOD_MS = 1_800_000

export const rememberChange = (memory: Memory, from: number, to: number, nowMs: number): void => {
  const recent = (events: readonly Remembered[]): readonly Remembered[] =>
    events.filter(({atMs}) => atMs > nowMs - LONGEST_PERIOD_MS)
  if (to > from) memory.ups = [...recent(memory.ups), {atMs: nowMs, replicas: to - from}]
  else memory.downs = [...recent(memory.downs), {atMs: nowMs, replicas: from - to}]
}
