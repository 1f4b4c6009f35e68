// Keeps components running: one that fails starts again, later and later; `mini status` shows it.
import {type BackoffOptions, backoffMs} from '../lib/backoff.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'

/** Settles only after everything it started has stopped. Returning before the abort is a failure. */
export type Run = (signal: AbortSignal) => Promise<void>

export interface ComponentStatus {
  readonly name: string
  readonly state: 'Running' | 'Restarting' | 'Stopped'
  readonly restarts: number
  /** Milliseconds since 1970. */
  readonly since: number
  readonly lastError?: string | undefined
}

export interface Supervised {
  readonly name: string
  status(): ComponentStatus
  stop(reason?: Error): Promise<void>
}

const backoff: BackoffOptions = {firstMs: 100, maxMs: 30_000}
/** Whoever ran this long without failing starts again without delay. */
const STABLE_MS = 60_000

export const supervise = (name: string, run: Run, {clock, logger}: {clock: Clock; logger: Logger}): Supervised => {
  const controller = new AbortController()
  const {signal} = controller
  let current: ComponentStatus = {name, state: 'Running', restarts: 0, since: clock.now()}
  const log = logger.child({component: name})

  const once = async (): Promise<string> => {
    try {
      await run(signal)
      return 'it ended by itself'
    } catch (error) {
      if (!signal.aborted) log.error('component failed', {error})
      return error instanceof Error ? error.message : String(error)
    }
  }

  const keepRunning = async (): Promise<void> => {
    let failures = 0
    while (!signal.aborted) {
      const startedAt = clock.monotonic()
      const lastError = await once()
      if (signal.aborted) break
      failures = clock.monotonic() - startedAt > STABLE_MS ? 1 : failures + 1
      current = {name, state: 'Restarting', restarts: current.restarts + 1, since: clock.now(), lastError}
      await clock.sleep(backoffMs(failures, backoff), signal).catch(() => undefined)
      current = {...current, state: 'Running', since: clock.now()}
    }
    current = {...current, state: 'Stopped', since: clock.now()}
  }
  const ended = keepRunning()

  return {
    name,
    status: () => current,
    stop: (reason = new Error(`${name} is stopped`)) => {
      controller.abort(reason)
      return ended
    },
  }
}
