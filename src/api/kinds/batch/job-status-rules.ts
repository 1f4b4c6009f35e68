// What the status of a Job may say: a rule is looked at when what it is about has changed, so that whoever manages Jobs
// by other means (spec.managedBy) cannot write nonsense, and old objects can still be changed.
import type {FieldErrors} from '../../field-errors.ts'
import {isSame} from '../../meta/same.ts'
import type {Job, JobStatus} from '../../schema/types.gen.ts'
import {checkNonNegative} from '../checks.ts'
import {firstOverlap, readIndexList} from './index-list.ts'

const isTrue = (status: JobStatus | undefined, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
const isFinished = (status: JobStatus | undefined): boolean => isTrue(status, 'Complete') || isTrue(status, 'Failed')

interface Change {
  readonly job: Job
  readonly status: JobStatus
  readonly old: JobStatus
  /** Whether a field, or the truth of a condition, is not what it was. */
  readonly changed: (...names: (keyof JobStatus | 'Complete' | 'Failed' | 'FailureTarget' | 'finished')[]) => boolean
}

const truthOf = (status: JobStatus, name: string): unknown => {
  if (name === 'finished') return isFinished(status)
  return /^[A-Z]/.test(name) ? isTrue(status, name) : status[name as keyof JobStatus]
}

const changeOf = (job: Job, before: Job): Change => {
  const [status, old] = [job.status ?? {}, before.status ?? {}]
  const changed: Change['changed'] = (...names) =>
    names.some((name) => !isSame(truthOf(status, name), truthOf(old, name)))
  return {job, status, old, changed}
}

const checkCounts = ({status}: Change, errors: FieldErrors): void => {
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const)
    checkNonNegative(status[field], `status.${field}`, errors)
  const seen = new Set<string>()
  for (const field of ['succeeded', 'failed'] as const)
    for (const [index, uid] of (status.uncountedTerminatedPods?.[field] ?? []).entries()) {
      const path = `status.uncountedTerminatedPods.${field}[${index}]`
      if (uid === '') errors.invalid(path, uid, 'must not be empty')
      else if (seen.has(uid)) errors.duplicate(path, uid)
      seen.add(uid)
    }
}

const checkCompletion = ({status, changed}: Change, errors: FieldErrors): void => {
  const isComplete = isTrue(status, 'Complete')
  const conditions = (detail: string): void => errors.add('FieldValueInvalid', 'status.conditions', detail)
  if (changed('Complete', 'Failed') && isComplete && isTrue(status, 'Failed'))
    conditions('cannot set Complete=True and Failed=true conditions')
  if (changed('Complete', 'FailureTarget') && isComplete && isTrue(status, 'FailureTarget'))
    conditions('cannot set Complete=True and FailureTarget=true conditions')
  if (changed('Complete', 'completionTime')) {
    if (status.completionTime !== undefined && !isComplete)
      errors.invalid(
        'status.completionTime',
        status.completionTime,
        'cannot set completionTime when there is no Complete=True condition',
      )
    if (status.completionTime === undefined && isComplete)
      errors.required('status.completionTime', 'completionTime is required for Complete jobs')
  }
  const {startTime, completionTime} = status
  if (changed('startTime', 'completionTime') && startTime && completionTime && completionTime < startTime)
    errors.invalid('status.completionTime', completionTime, 'completionTime cannot be set before startTime')
  if (changed('Failed', 'conditions') && isTrue(status, 'Failed') && !isTrue(status, 'FailureTarget'))
    conditions('cannot set Failed=True condition without the FailureTarget=true condition')
  if (changed('Complete', 'conditions') && isComplete && !isTrue(status, 'SuccessCriteriaMet'))
    conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
}

const checkFinished = ({status, changed}: Change, errors: FieldErrors): void => {
  const finished = isFinished(status)
  if (finished && changed('finished', 'active') && (status.active ?? 0) > 0)
    errors.invalid('status.active', status.active, 'active>0 is invalid for finished job')
  if (finished && changed('finished', 'startTime') && status.startTime === undefined)
    errors.required('status.startTime', 'startTime is required for finished job')
  const {succeeded = [], failed = []} = status.uncountedTerminatedPods ?? {}
  if (finished && changed('finished', 'uncountedTerminatedPods') && succeeded.length + failed.length > 0)
    errors.invalid(
      'status.uncountedTerminatedPods',
      status.uncountedTerminatedPods,
      'uncountedTerminatedPods needs to be empty for finished job',
    )
}

const checkIndexes = ({job, status, changed}: Change, errors: FieldErrors): void => {
  const {completions, backoffLimitPerIndex, completionMode} = job.spec ?? {}
  const {completedIndexes = '', failedIndexes} = status
  const read = (text: string) => readIndexList(text, completions ?? 0)
  const [completed, failed] = [read(completedIndexes), read(failedIndexes ?? '')]
  if (changed('completedIndexes') && completions !== undefined && 'problem' in completed)
    errors.invalid('status.completedIndexes', completedIndexes, `error parsing completedIndexes: ${completed.problem}`)
  const isChecked = changed('failedIndexes') && completions !== undefined && backoffLimitPerIndex !== undefined
  if (isChecked && 'problem' in failed)
    errors.invalid('status.failedIndexes', failedIndexes, `error parsing failedIndexes: ${failed.problem}`)
  if (changed('completedIndexes') && completedIndexes !== '' && completionMode !== 'Indexed')
    errors.invalid(
      'status.completedIndexes',
      completedIndexes,
      'cannot set non-empty completedIndexes when non-indexed completion mode',
    )
  if (changed('failedIndexes') && backoffLimitPerIndex === undefined && failedIndexes !== undefined)
    errors.invalid(
      'status.failedIndexes',
      failedIndexes,
      'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
    )
  if (!changed('failedIndexes', 'completedIndexes') || 'problem' in completed || 'problem' in failed) return
  const overlap = firstOverlap(completed, failed)
  if (overlap !== undefined)
    errors.invalid(
      'status.failedIndexes',
      failedIndexes,
      `failedIndexes and completedIndexes overlap at index: ${overlap}`,
    )
}

const checkReadiness = ({status, changed}: Change, errors: FieldErrors): void => {
  const {terminating, ready, active = 0} = status
  if (changed('finished', 'terminating') && (terminating ?? 0) > 0 && isFinished(status))
    errors.invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job')
  if (changed('ready', 'active') && ready !== undefined && ready > active)
    errors.invalid('status.ready', ready, 'cannot set more ready pods than active')
}

const checkSuccess = ({job, status, old}: Change, errors: FieldErrors): void => {
  const conditions = (detail: string): void => errors.add('FieldValueInvalid', 'status.conditions', detail)
  const isMet = isTrue(status, 'SuccessCriteriaMet')
  if (isMet && isTrue(status, 'Failed')) conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (isMet && isTrue(status, 'FailureTarget'))
    conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  if (job.spec?.successPolicy && !isMet && isTrue(status, 'Complete'))
    conditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (isTrue(old, type) && !isTrue(status, type)) conditions(`cannot disable the terminal ${type}=True condition`)
}

const checkProgress = ({job, status, old}: Change, errors: FieldErrors): void => {
  const {completionMode, completions, parallelism} = job.spec ?? {}
  if ((status.failed ?? 0) < (old.failed ?? 0))
    errors.invalid('status.failed', status.failed ?? 0, 'cannot decrease the failed counter')
  // An elastic job may be made smaller, and what succeeded beyond its new size no longer counts.
  const isElastic = completionMode === 'Indexed' && completions === parallelism
  if (!isElastic && (status.succeeded ?? 0) < (old.succeeded ?? 0))
    errors.invalid('status.succeeded', status.succeeded ?? 0, 'cannot decrease the succeeded counter')
  if (status.completionTime && old.completionTime && status.completionTime !== old.completionTime)
    errors.invalid('status.completionTime', status.completionTime, 'completionTime cannot be mutated')
  if (old.startTime && old.startTime !== status.startTime && !job.spec?.suspend)
    errors.required('status.startTime', 'startTime cannot be removed for unsuspended job')
  const [wasMet, isMet] = [isTrue(old, 'SuccessCriteriaMet'), isTrue(status, 'SuccessCriteriaMet')]
  const conditions = (detail: string): void => errors.add('FieldValueInvalid', 'status.conditions', detail)
  if (wasMet && !isMet) conditions('cannot disable the SuccessCriteriaMet=True condition')
  if (isTrue(old, 'Complete') && !wasMet && isMet)
    conditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')
}

export const validateJobStatus = (job: Job, old: Job, errors: FieldErrors): void => {
  const change = changeOf(job, old)
  for (const check of [
    checkCounts,
    checkCompletion,
    checkFinished,
    checkIndexes,
    checkReadiness,
    checkSuccess,
    checkProgress,
  ])
    check(change, errors)
}
