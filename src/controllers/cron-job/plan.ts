// What a CronJob does now. Pure.
import type {CronJob, Job} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {conditionOf, isConditionTrue} from '../objects/conditions.ts'
import {timeMs} from '../objects/times.ts'
import {lastDue, type Schedule} from './schedule.ts'

export type Decision =
  | {readonly kind: 'wait'; readonly tooMany: boolean}
  | {readonly kind: 'missed'; readonly dueMs: number; readonly tooMany: boolean}
  | {readonly kind: 'forbidden'; readonly tooMany: boolean}
  | {readonly kind: 'start'; readonly dueMs: number; readonly replace: boolean; readonly tooMany: boolean}

type Owner = Cached<CronJob>

export const jobName = ({metadata}: Owner, dueMs: number): string => `${metadata.name}-${Math.floor(dueMs / 60_000)}`

export const decide = (owner: Owner, schedule: Schedule, activeNames: readonly string[], nowMs: number): Decision => {
  const {startingDeadlineSeconds, concurrencyPolicy} = owner.spec ?? {}
  const sinceMs = timeMs(owner.status?.lastScheduleTime ?? owner.metadata.creationTimestamp)
  const fromMs =
    startingDeadlineSeconds === undefined ? sinceMs : Math.max(sinceMs, nowMs - startingDeadlineSeconds * 1000)
  const {dueMs, tooMany: many} = lastDue(schedule, fromMs, nowMs)
  const tooMany = many && startingDeadlineSeconds === undefined
  if (dueMs === undefined) return {kind: 'wait', tooMany}
  if (startingDeadlineSeconds !== undefined && dueMs + startingDeadlineSeconds * 1000 < nowMs)
    return {kind: 'missed', dueMs, tooMany}
  const isStarted = activeNames.includes(jobName(owner, dueMs)) || timeMs(owner.status?.lastScheduleTime) === dueMs
  if (isStarted) return {kind: 'wait', tooMany}
  if (concurrencyPolicy === 'Forbid' && activeNames.length > 0) return {kind: 'forbidden', tooMany}
  return {kind: 'start', dueMs, replace: concurrencyPolicy === 'Replace', tooMany}
}

export const isFinished = ({status}: Cached<Job>): boolean =>
  isConditionTrue(status?.conditions, 'Complete') || isConditionTrue(status?.conditions, 'Failed')

/** Ended Jobs beyond the limits of history; the oldest go. */
export const planCleanUp = ({spec}: Owner, jobs: readonly Cached<Job>[]): readonly Cached<Job>[] => {
  const surplus = (type: string, limit: number | undefined): readonly Cached<Job>[] => {
    if (limit === undefined) return []
    const ended = jobs.filter(({status}) => isConditionTrue(status?.conditions, type))
    const sorted = [...ended].sort(
      (a, b) =>
        (timeMs(a.status?.startTime) || 0) - (timeMs(b.status?.startTime) || 0) ||
        (a.metadata.name < b.metadata.name ? -1 : 1),
    )
    return sorted.slice(0, Math.max(0, sorted.length - limit))
  }
  return [...surplus('Complete', spec?.successfulJobsHistoryLimit), ...surplus('Failed', spec?.failedJobsHistoryLimit)]
}

/** The latest completion of a Job that succeeded. */
export const lastSuccess = ({status}: Owner, jobs: readonly Cached<Job>[]): string | undefined => {
  let last: string | undefined = status?.lastSuccessfulTime
  for (const job of jobs) {
    if (!conditionOf(job.status?.conditions, 'Complete')) continue
    const end = job.status?.completionTime
    if (end && (last === undefined || timeMs(end) > timeMs(last))) last = end
  }
  return last
}
