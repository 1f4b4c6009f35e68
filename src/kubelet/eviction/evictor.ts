// Ends pods before the node itself runs out: looks every ten seconds, gives back what nobody needs, and then ends one
// pod a look, the one that deserves it most.
import type {Clock} from '../../lib/clock.ts'
import type {KubeletConfig} from '../config.ts'
import {durationMs} from '../config.ts'
import type {ThePod} from '../pods/types.ts'
import {type EvictionNote, pressureNote} from './messages.ts'
import {type PodUse, rankFor} from './rank.ts'
import {exceededLimit, hasStorageLimit, type StorageUse} from './storage-limits.ts'
import {
  byUrgency,
  isMet,
  type Observations,
  type Pressure,
  pressureOf,
  starvedBy,
  type Threshold,
  thresholdsOf,
} from './thresholds.ts'

export interface EvictorParts {
  readonly config: KubeletConfig
  readonly clock: Clock
  observe(): Promise<Observations>
  /** Of all pods that run and may be ended. */
  uses(pods: readonly ThePod[]): Promise<PodUse[]>
  pods(): readonly ThePod[]
  storageUse(pod: ThePod): Promise<StorageUse>
  /** Dead containers and unused images go. */
  reclaimDisk(): Promise<void>
  /** `signal`: of what there was too little, or too much. */
  evict(pod: ThePod, note: EvictionNote, graceSeconds: number, signal: string): void
  /** The node's conditions are others now. */
  pressureChanged(): void
}

/** Long enough for a signal to arrive. */
const HARD_GRACE_SECONDS = 1
const CRITICAL_PRIORITY = 2_000_000_000

export const isCritical = ({metadata, spec}: ThePod): boolean =>
  (spec?.priority ?? 0) >= CRITICAL_PRIORITY || metadata.annotations?.['kubernetes.io/config.source'] === 'file'

export class Evictor {
  readonly #parts: EvictorParts
  readonly #thresholds: readonly Threshold[]
  #met: readonly Threshold[] = []
  readonly #metSince = new Map<Threshold, number>()
  readonly #pressureSeen = new Map<Pressure, number>()
  #pressures = ''

  constructor(parts: EvictorParts) {
    this.#parts = parts
    this.#thresholds = thresholdsOf(parts.config)
  }

  get pressures(): ReadonlySet<Pressure> {
    return new Set(this.#pressureSeen.keys())
  }

  async look(): Promise<void> {
    const {clock} = this.#parts
    const observations = await this.#parts.observe()
    const met = this.#thresholds.filter(
      (threshold) =>
        isMet(threshold, observations, false) ||
        // What was short once is short until there is as much more as is to be won back.
        (this.#met.includes(threshold) && isMet(threshold, observations, true)),
    )
    this.#notePressure(met)
    for (const threshold of this.#metSince.keys()) if (!met.includes(threshold)) this.#metSince.delete(threshold)
    for (const threshold of met) if (!this.#metSince.has(threshold)) this.#metSince.set(threshold, clock.monotonic())
    this.#met = met.filter(
      (threshold) => clock.monotonic() - (this.#metSince.get(threshold) ?? 0) >= threshold.gracePeriodMs,
    )
    if (await this.#enforceLimits()) return
    const [worst] = [...this.#met].sort(byUrgency)
    if (worst) await this.#relieve(worst, observations)
  }

  /** A condition stays a while after its cause has gone, or it would flutter. */
  #notePressure(met: readonly Threshold[]): void {
    const {clock, config} = this.#parts
    const nowMs = clock.monotonic()
    const stayMs = durationMs(config.evictionPressureTransitionPeriod)
    for (const {signal} of met) this.#pressureSeen.set(pressureOf(signal), nowMs)
    for (const [pressure, seenMs] of this.#pressureSeen)
      if (nowMs - seenMs > stayMs) this.#pressureSeen.delete(pressure)
    const now = [...this.#pressureSeen.keys()].sort().join()
    if (now === this.#pressures) return
    this.#pressures = now
    this.#parts.pressureChanged()
  }

  /** True when somebody had to go. */
  async #enforceLimits(): Promise<boolean> {
    const {config, evict, pods, storageUse} = this.#parts
    if (!config.localStorageCapacityIsolation) return false
    let any = false
    for (const pod of pods().filter(hasStorageLimit)) {
      if (isCritical(pod)) continue
      const message = exceededLimit(pod, await storageUse(pod))
      if (!message) continue
      evict(pod, {message, annotations: {}}, HARD_GRACE_SECONDS, 'ephemeralpodfs.limit')
      any = true
    }
    return any
  }

  async #relieve(threshold: Threshold, observations: Observations): Promise<void> {
    const {evict, observe, pods, reclaimDisk, uses} = this.#parts
    const resource = starvedBy(threshold.signal)
    if (resource === 'ephemeral-storage' || resource === 'inodes') {
      await reclaimDisk()
      const after = await observe()
      if (!this.#thresholds.some((one) => isMet(one, after, true))) return
    }
    const [first] = rankFor(await uses(pods().filter((pod) => !isCritical(pod))), resource)
    if (!first) return
    const note = pressureNote(first, resource, threshold, observations)
    evict(first.pod, note, this.#graceFor(first.pod, threshold), threshold.signal)
  }

  #graceFor({spec}: ThePod, {gracePeriodMs}: Threshold): number {
    if (gracePeriodMs === 0) return HARD_GRACE_SECONDS
    return Math.min(this.#parts.config.evictionMaxPodGracePeriod, spec?.terminationGracePeriodSeconds ?? 30)
  }
}
