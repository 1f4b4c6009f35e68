// When a node is short of something: thresholds from the settings, and which of them are met. Pure.
import {parseQuantity} from '../../api/meta/quantity.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {durationMs, type KubeletConfig} from '../config.ts'

export const signals = [
  'memory.available',
  'nodefs.available',
  'nodefs.inodesFree',
  'imagefs.available',
  'imagefs.inodesFree',
  'containerfs.available',
  'containerfs.inodesFree',
  'pid.available',
] as const
export type Signal = (typeof signals)[number]

export interface Observation {
  readonly available: number
  readonly capacity: number
}
export type Observations = Readonly<Partial<Record<Signal, Observation>>>

/** A number of bytes, files or processes, or a share of what there is. */
type Amount = {readonly value: number} | {readonly percent: number}

export interface Threshold {
  readonly signal: Signal
  readonly amount: Amount
  readonly minReclaim: Amount | undefined
  /** 0: acted on at once. */
  readonly gracePeriodMs: number
}

const amountOf = (text: string): Amount => {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]
  if (percent !== undefined) return {percent: Number(percent)}
  return {value: Number(parseQuantity(text).nanos / 1_000_000_000n)}
}

export const amountIn = (amount: Amount, {capacity}: Observation): number =>
  'value' in amount ? amount.value : Math.floor((capacity * amount.percent) / 100)

const isSignal = (name: string): name is Signal => signals.some((signal) => signal === name)

const isNothing = (amount: Amount): boolean => ('value' in amount ? amount.value === 0 : amount.percent === 0)

export const thresholdsOf = (config: KubeletConfig): Threshold[] => {
  const parse = (list: Readonly<Record<string, string>>, isSoft: boolean): Threshold[] =>
    Object.entries(list).flatMap(([signal, text]) => {
      if (!isSignal(signal)) throw new UsageError(`unsupported eviction signal ${signal}`)
      const amount = amountOf(text)
      if (isNothing(amount)) return []
      const reclaim = config.evictionMinimumReclaim[signal]
      const grace = config.evictionSoftGracePeriod[signal]
      if (isSoft && grace === undefined)
        throw new UsageError(`grace period must be specified for the soft eviction threshold ${signal}`)
      return {
        signal,
        amount,
        minReclaim: reclaim === undefined ? undefined : amountOf(reclaim),
        gracePeriodMs: isSoft ? durationMs(grace ?? '0s') : 0,
      }
    })
  return [...parse(config.evictionHard, false), ...parse(config.evictionSoft, true)]
}

/** `withReclaim`: as much more must be free as is to be won back. */
export const isMet = (threshold: Threshold, observations: Observations, withReclaim: boolean): boolean => {
  const seen = observations[threshold.signal]
  if (!seen) return false
  const extra = withReclaim && threshold.minReclaim ? amountIn(threshold.minReclaim, seen) : 0
  return seen.available < amountIn(threshold.amount, seen) + extra
}

export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'
export type StarvedResource = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids'

export const pressureOf = (signal: Signal): Pressure =>
  signal === 'memory.available' ? 'MemoryPressure' : signal === 'pid.available' ? 'PIDPressure' : 'DiskPressure'

export const starvedBy = (signal: Signal): StarvedResource => {
  if (signal === 'memory.available') return 'memory'
  if (signal === 'pid.available') return 'pids'
  return signal.endsWith('.inodesFree') ? 'inodes' : 'ephemeral-storage'
}

/** Memory before all else, for nothing gives it back but ending something. */
export const byUrgency = (a: Threshold, b: Threshold): number =>
  Number(b.signal === 'memory.available') - Number(a.signal === 'memory.available')
