// The queue of keys to reconcile. Fair: first come, first served. Stingy: a key that waits is not added twice, and a
// key that is added while it is being worked on is worked on once more afterwards, never at the same time. A key that
// failed comes back later and later, until `forget`.
import {backoffMs} from '../lib/backoff.ts'
import type {Clock} from '../lib/clock.ts'
import {Deadlines} from '../lib/deadlines.ts'

/** As Kubernetes, but for the ceiling (1,000 s there): on one machine nobody is spared by waiting that long. */
const RETRY = {firstMs: 5, maxMs: 120_000}

export interface TakenKey {
  readonly key: string
  readonly waitedMs: number
}

export interface QueueOptions {
  readonly clock: Clock
  /** Called when there may be something to take. */
  readonly wake: () => void
}

export class WorkQueue {
  readonly #clock: Clock
  readonly #wake: () => void
  readonly #delays: Deadlines
  /** In order of arrival, with the time of it. Never holds a key that is being worked on. */
  readonly #waiting = new Map<string, number>()
  readonly #working = new Set<string>()
  /** Added while being worked on. */
  readonly #again = new Map<string, number>()
  readonly #failures = new Map<string, number>()
  #closed = false

  constructor({clock, wake}: QueueOptions) {
    this.#clock = clock
    this.#wake = wake
    this.#delays = new Deadlines(clock, (key) => this.add(key))
  }

  get depth(): number {
    return this.#waiting.size
  }
  /** Nothing waits and nothing is being worked on; what is due later does not count. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#working.size === 0
  }
  add(key: string): void {
    if (this.#closed) return
    if (this.#working.has(key)) {
      if (!this.#again.has(key)) this.#again.set(key, this.#clock.monotonic())
      return
    }
    if (this.#waiting.has(key)) return
    this.#waiting.set(key, this.#clock.monotonic())
    this.#wake()
  }
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return
    if (delayMs <= 0) this.add(key)
    else this.#delays.setSooner(key, delayMs)
  }
  /** Adds after a delay that doubles with each call. Returns it. */
  addFailed(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1
    this.#failures.set(key, failures)
    const delayMs = backoffMs(failures, RETRY)
    this.addAfter(key, delayMs)
    return delayMs
  }
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0
  }
  forget(key: string): void {
    this.#failures.delete(key)
  }
  take(): TakenKey | undefined {
    for (const [key, sinceMs] of this.#waiting) {
      this.#waiting.delete(key)
      this.#working.add(key)
      return {key, waitedMs: this.#clock.monotonic() - sinceMs}
    }
    return undefined
  }
  done(key: string): void {
    this.#working.delete(key)
    const sinceMs = this.#again.get(key)
    if (sinceMs === undefined) return
    this.#again.delete(key)
    if (this.#closed) return
    this.#waiting.set(key, sinceMs)
    this.#wake()
  }
  /** Nothing can be taken or added any more. */
  close(): void {
    this.#closed = true
    this.#waiting.clear()
    this.#again.clear()
    this.#delays[Symbol.dispose]()
  }
}
