// A clock that moves only when told to: timers fire in order, and what they start runs before the next one fires.
import {type Clock, sleepWith, type Timer} from '../../src/lib/clock.ts'

interface Alarm {
  readonly atMs: number
  readonly call: () => void
}

export class ManualClock implements Clock {
  readonly #alarms = new Set<Alarm>()
  readonly #startMs: number
  #elapsedMs = 0
  readonly sleep: Clock['sleep']

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs
    this.sleep = sleepWith((delayMs, call) => this.after(delayMs, call))
  }
  now(): number {
    return this.#startMs + this.#elapsedMs
  }
  monotonic(): number {
    return this.#elapsedMs
  }
  after(delayMs: number, call: () => void): Timer {
    const alarm = {atMs: this.#elapsedMs + Math.max(0, delayMs), call}
    this.#alarms.add(alarm)
    return {cancel: () => this.#alarms.delete(alarm)}
  }
  /** How many timers are set. */
  get alarms(): number {
    return this.#alarms.size
  }
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#elapsedMs + byMs
    for (;;) {
      const next = [...this.#alarms].filter(({atMs}) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!next) break
      this.#alarms.delete(next)
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs)
      next.call()
      await settle()
    }
    this.#elapsedMs = untilMs
    await settle()
  }
}

/** Lets everything run that waits for nothing but its turn. */
export const settle = async (turns = 10): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
