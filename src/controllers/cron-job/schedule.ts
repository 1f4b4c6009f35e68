// When a CronJob is due.
import {Cron} from 'croner'

export interface Schedule {
  /** The first time after this one. */
  next(afterMs: number): number | undefined
}

const macros: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const units: Record<string, number> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000}

const everyMs = (text: string): number | undefined => {
  const match = /^@every\s+((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/.exec(text)
  if (!match?.[1]) return undefined
  let totalMs = 0
  for (const [, amount, unit] of match[1].matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    totalMs += Number(amount) * (units[unit ?? ''] ?? 0)
  return Math.max(1000, Math.floor(totalMs / 1000) * 1000)
}

/** Throws when it makes no sense. */
export const parseSchedule = (text: string, timeZone: string | undefined): Schedule => {
  const intervalMs = everyMs(text.trim())
  if (intervalMs !== undefined) return {next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + intervalMs}
  const pattern = (macros[text.trim()] ?? text).replaceAll('?', '*')
  const cron = new Cron(pattern, {paused: true, timezone: timeZone ?? 'Etc/UTC'})
  return {next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime()}
}

export interface Missed {
  /** The last time it was due. */
  readonly dueMs: number | undefined
  readonly tooMany: boolean
}

const TOO_MANY = 100

/** The last of the times between `fromMs` and now; long gaps are not counted through. */
export const lastDue = (schedule: Schedule, fromMs: number, nowMs: number): Missed => {
  const first = schedule.next(fromMs)
  if (first === undefined || first > nowMs) return {dueMs: undefined, tooMany: false}
  const second = schedule.next(first)
  if (second === undefined || second > nowMs) return {dueMs: first, tooMany: false}
  const missed = Math.floor((nowMs - first) / (second - first)) + 1
  let dueMs = first
  const startMs = first + Math.max(0, missed - 2) * (second - first)
  for (let at = schedule.next(startMs - 1); at !== undefined && at <= nowMs; at = schedule.next(at)) dueMs = at
  return {dueMs, tooMany: missed > TOO_MANY}
}
