// Time as a dependency: everything that waits or asks for the time takes a Clock, so that tests can own it.

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Milliseconds since 1970: for timestamps people see. May jump. */
  now(): number
  /** Milliseconds from an arbitrary start: for measuring. Never goes back. */
  monotonic(): number
  /** Calls once after `delayMs`. Does not keep the process alive. */
  after(delayMs: number, call: () => void): Timer
  /** Settles after `delayMs`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

/** setTimeout fires at once for anything larger. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1

const after = (delayMs: number, call: () => void): Timer => {
  const timeout = setTimeout(call, Math.min(Math.max(delayMs, 0), LONGEST_TIMEOUT_MS))
  timeout.unref()
  return {cancel: () => clearTimeout(timeout)}
}

/** Builds `sleep` from `after`, for any clock. */
export const sleepWith =
  (start: Clock['after']): Clock['sleep'] =>
  (delayMs, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const abort = (): void => {
        timer.cancel()
        reject(signal?.reason)
      }
      const timer = start(delayMs, () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      })
      signal?.addEventListener('abort', abort, {once: true})
    })

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
  sleep: sleepWith(after),
}
