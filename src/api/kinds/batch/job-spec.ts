// The spec of a job, in Jobs and in the template of CronJobs.
import type {FieldErrors} from '../../field-errors.ts'
import type {JobSpec} from '../../schema/types.gen.ts'
import {checkNonNegative} from '../checks.ts'
import {validatePodTemplate} from '../core/pod-spec/validate.ts'
import {validateFailurePolicy, validateSuccessPolicy} from './job-policies.ts'

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const

const validateManager = (manager: string, path: string, errors: FieldErrors): void => {
  const [host = '', rest = ''] = manager.split(/\/(.*)/s)
  if (host === '' || rest === '')
    errors.invalid(path, manager, 'must be a domain-prefixed path (such as "acme.io/foo")')
  if (manager.length > 63) errors.tooLong(path, 63)
}

/** Above so many completions, parallelism and failures are held to a tenth. */
const manyCompletions = 100_000
const fewForMany = 10_000

const validateIndexed = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const {completions, maxFailedIndexes} = spec
  if (completions === undefined) errors.required(`${path}.completions`, 'when completion mode is Indexed')
  const atMost = (field: 'parallelism' | 'maxFailedIndexes', limit: number, when = ''): void => {
    const value = spec[field]
    if (value !== undefined && value > limit)
      errors.invalid(`${path}.${field}`, value, `must be less than or equal to ${limit}${when}`)
  }
  atMost('parallelism', manyCompletions, ' when completion mode is Indexed')
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions')
  atMost('maxFailedIndexes', manyCompletions)
  if ((completions ?? 0) <= manyCompletions || spec.backoffLimitPerIndex === undefined) return
  if (maxFailedIndexes === undefined)
    errors.required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${manyCompletions}`)
  const when = ` when completions are above ${manyCompletions} and used with backoff limit per index`
  atMost('parallelism', fewForMany, when)
  atMost('maxFailedIndexes', fewForMany, when)
}

const validateIndexing = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const {completionMode, backoffLimitPerIndex, maxFailedIndexes} = spec
  if (completionMode !== undefined && completionMode !== 'NonIndexed' && completionMode !== 'Indexed')
    errors.notSupported(`${path}.completionMode`, completionMode, ['NonIndexed', 'Indexed'])
  if (completionMode === 'Indexed') validateIndexed(spec, path, errors)
  else if (completionMode === undefined || completionMode === 'NonIndexed') {
    if (backoffLimitPerIndex !== undefined)
      errors.invalid(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, 'requires indexed completion mode')
    if (maxFailedIndexes !== undefined)
      errors.invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'requires indexed completion mode')
  }
}

const validateRestart = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const policy = spec.template.spec?.restartPolicy
  const at = `${path}.template.spec.restartPolicy`
  if (!policy || policy === 'Always') errors.required(at, 'valid values: "OnFailure", "Never"')
  else if (policy !== 'OnFailure' && policy !== 'Never') errors.notSupported(at, policy, ['OnFailure', 'Never'])
  else if (spec.podFailurePolicy && policy !== 'Never')
    errors.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')
}

const validateReplacement = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const policy = spec.podReplacementPolicy
  if (policy === undefined) return
  if (spec.podFailurePolicy) {
    if (policy !== 'Failed') errors.notSupported(path, policy, ['Failed'])
  } else if (policy !== 'Failed' && policy !== 'TerminatingOrFailed')
    errors.notSupported(path, policy, ['Failed', 'TerminatingOrFailed'])
}

export const validateJobSpec = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  for (const field of counts) checkNonNegative(spec[field], `${path}.${field}`, errors)
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')
  if (spec.managedBy !== undefined) validateManager(spec.managedBy, `${path}.managedBy`, errors)
  validateIndexing(spec, path, errors)
  validateFailurePolicy(spec, `${path}.podFailurePolicy`, errors)
  validateSuccessPolicy(spec, `${path}.successPolicy`, errors)
  validateReplacement(spec, `${path}.podReplacementPolicy`, errors)
  validatePodTemplate(spec.template, `${path}.template`, errors)
  validateRestart(spec, path, errors)
}
