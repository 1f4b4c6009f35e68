import {type Clock, sleepWith, type Timer} from '../../src/lib/clock.ts'

export interface FakeClock extends Clock {
  /** Moves time on, calling what falls due in order; lets promises settle in between. */
  advance(ms: number): Promise<void>
  readonly waiting: number
}

/** Lets everything run that waits for nothing but its turn. */
export const settle = async (turns = 10): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export const fakeClock = (startMs = Date.UTC(2026, 0, 1)): FakeClock => {
  let now = startMs
  let serial = 0
  const timers = new Map<number, {readonly due: number; readonly call: () => void}>()

  const after = (delayMs: number, call: () => void): Timer => {
    const id = serial++
    timers.set(id, {due: now + Math.max(delayMs, 0), call})
    return {cancel: () => void timers.delete(id)}
  }
  const nextDue = (until: number): number | undefined => {
    let found: number | undefined
    for (const [id, {due}] of timers)
      if (due <= until && (found === undefined || due < (timers.get(found)?.due ?? 0))) found = id
    return found
  }

  return {
    now: () => now,
    monotonic: () => now - startMs,
    after,
    sleep: sleepWith(after),
    get waiting() {
      return timers.size
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (let id = nextDue(end); id !== undefined; id = nextDue(end)) {
        const timer = timers.get(id)
        timers.delete(id)
        now = Math.max(now, timer?.due ?? now)
        timer?.call()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
