// Whether a Job has come to its end, and why. Pure.
import type {JobCondition} from '../../api/schema/types.gen.ts'
import {conditionOf} from '../objects/conditions.ts'
import {timeMs, timestamp} from '../objects/times.ts'
import type {Standing} from './count.ts'
import {judgeFailure} from './failure-policy.ts'
import {parseIndexes} from './indexes.ts'
import {isIndexed, isSuspended, type SomeJob} from './pods.ts'

export interface Verdict {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget'
  readonly reason: string
  readonly message: string
}

const failed = (reason: string, message: string): Verdict => ({type: 'FailureTarget', reason, message})

export const deadlineMs = ({spec, status}: SomeJob): number | undefined =>
  spec?.activeDeadlineSeconds === undefined || !status?.startTime
    ? undefined
    : timeMs(status.startTime) + spec.activeDeadlineSeconds * 1000

/** Why it should end now, whatever is still running. Completion is another matter: see `isComplete`. */
export const judge = (job: SomeJob, standing: Standing, nowMs: number): Verdict | undefined => {
  const {conditions} = job.status ?? {}
  const decided = conditionOf(conditions, 'FailureTarget') ?? conditionOf(conditions, 'SuccessCriteriaMet')
  if (decided?.status === 'True')
    return {type: decided.type as Verdict['type'], reason: decided.reason ?? '', message: decided.message ?? ''}
  return (
    failurePolicy(job, standing) ??
    backoffLimit(job, standing) ??
    activeDeadline(job, nowMs) ??
    failedIndexes(job, standing) ??
    successPolicy(job, standing)
  )
}

const failurePolicy = (job: SomeJob, {pods}: Standing): Verdict | undefined => {
  if (!job.spec?.podFailurePolicy) return undefined
  for (const pod of pods) {
    const verdict = judgeFailure(pod, job)
    if (verdict?.action === 'FailJob') return failed('PodFailurePolicy', verdict.message)
  }
  return undefined
}

const backoffLimit = (job: SomeJob, standing: Standing): Verdict | undefined => {
  const limit = job.spec?.backoffLimit ?? 6
  const isOver = standing.failed > limit || restartsOver(job, standing, limit)
  return isOver ? failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit') : undefined
}

/** Containers that are restarted in place fail without a failed pod. */
const restartsOver = (job: SomeJob, {active}: Standing, limit: number): boolean => {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false
  const restarts = active
    .flatMap(({status}) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((total, {restartCount}) => total + restartCount, 0)
  return limit === 0 ? restarts > 0 : restarts >= limit
}

const activeDeadline = (job: SomeJob, nowMs: number): Verdict | undefined => {
  const untilMs = isSuspended(job) ? undefined : deadlineMs(job)
  return untilMs !== undefined && nowMs >= untilMs
    ? failed('DeadlineExceeded', 'Job was active longer than specified deadline')
    : undefined
}

const failedIndexes = (job: SomeJob, standing: Standing): Verdict | undefined => {
  const {backoffLimitPerIndex, maxFailedIndexes, completions = 0} = job.spec ?? {}
  if (!isIndexed(job) || backoffLimitPerIndex === undefined) return undefined
  const count = standing.failedIndexes.size
  if (maxFailedIndexes !== undefined && count > maxFailedIndexes)
    return failed('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  return count > 0 && count + standing.succeededIndexes.size >= completions
    ? failed('FailedIndexes', 'Job has failed indexes')
    : undefined
}

const successPolicy = (job: SomeJob, {succeededIndexes}: Standing): Verdict | undefined => {
  if (!isIndexed(job)) return undefined
  for (const [at, rule] of (job.spec?.successPolicy?.rules ?? []).entries()) {
    const wanted = rule.succeededIndexes === undefined ? undefined : parseIndexes(rule.succeededIndexes)
    const met = wanted ? [...wanted].filter((index) => succeededIndexes.has(index)).length : succeededIndexes.size
    const needed = rule.succeededCount ?? wanted?.size ?? Number.POSITIVE_INFINITY
    if (met >= needed)
      return {type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: `Matched rules at index ${at}`}
  }
  return undefined
}

export const completed: Verdict = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
}

/** Without a number of completions one success is enough, once the others have ended too. */
export const isComplete = ({spec}: SomeJob, succeeded: number, active: number): boolean =>
  active === 0 && (spec?.completions === undefined ? succeeded > 0 : succeeded >= spec.completions)

export const newCondition = (
  type: string,
  status: 'True' | 'False',
  {reason, message}: {readonly reason: string; readonly message: string},
  nowMs: number,
): JobCondition => ({
  type,
  status,
  lastProbeTime: timestamp(nowMs),
  lastTransitionTime: timestamp(nowMs),
  reason,
  message,
})
