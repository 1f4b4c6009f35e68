// Ends a daemon: asks first, then signals.
import type {Profile} from '../../client/profile.ts'
import {systemClock} from '../../lib/clock.ts'
import {UsageError} from '../../lib/usage-error.ts'
import {askDaemon, daemonPid, isAlive, NotRunningError} from './daemon.ts'

const waitForEnd = async (pid: number, timeoutMs: number): Promise<boolean> => {
  const end = systemClock.monotonic() + timeoutMs
  for (let waitMs = 5; isAlive(pid); waitMs = Math.min(waitMs * 1.5, 100)) {
    if (systemClock.monotonic() > end) return false
    // Keeps this process alive while it waits, unlike the clock's own timers.
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
  return true
}

export interface Stopped {
  readonly wasRunning: boolean
  readonly forced: boolean
}

/** `timeoutMs` is for pods to end gracefully; after that the daemon is ended hard. */
export const stopDaemon = async (profile: Profile, {timeoutMs}: {readonly timeoutMs: number}): Promise<Stopped> => {
  const pid = daemonPid(profile)
  try {
    await askDaemon(profile, 'POST', 'stop', {timeoutMs: 5_000})
  } catch (error) {
    if (pid === undefined) {
      if (error instanceof NotRunningError) return {wasRunning: false, forced: false}
      throw error
    }
    process.kill(pid, 'SIGTERM')
  }
  if (pid === undefined || (await waitForEnd(pid, timeoutMs))) return {wasRunning: true, forced: false}
  process.kill(pid, 'SIGKILL')
  if (!(await waitForEnd(pid, 5_000))) throw new UsageError(`the daemon (process ${pid}) does not end`)
  return {wasRunning: true, forced: true}
}
