// How long the event loop stood still for reasons of our own: time in which other processes had our core is taken off.
import {existsSync, readFileSync} from 'node:fs'

const SCHEDSTAT = '/proc/self/schedstat'

/** Milliseconds the main thread was ready to run and had no core. */
const waitedForCoreMs = (): number =>
  existsSync(SCHEDSTAT) ? Number(readFileSync(SCHEDSTAT, 'utf8').split(' ')[1]) / 1e6 : 0

export interface Pauses {
  readonly longestMs: number
  /** With what others took from us. */
  readonly longestWallMs: number
}

/** Looks every millisecond until `stop` is called. */
export const watchPauses = (): {stop(): Pauses} => {
  let longestMs = 0
  let longestWallMs = 0
  let lastMs = performance.now()
  let lastWaitedMs = waitedForCoreMs()
  const timer = setInterval(() => {
    const [nowMs, waitedMs] = [performance.now(), waitedForCoreMs()]
    const wallMs = nowMs - lastMs
    longestWallMs = Math.max(longestWallMs, wallMs)
    longestMs = Math.max(longestMs, wallMs - (waitedMs - lastWaitedMs))
    lastMs = nowMs
    lastWaitedMs = waitedMs
  }, 1)
  return {
    stop: () => {
      clearInterval(timer)
      return {longestMs, longestWallMs}
    },
  }
}
