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

const validateIndexing = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const {completionMode, backoffLimitPerIndex, maxFailedIndexes} = spec
  if (completionMode !== undefined && completionMode !== 'NonIndexed' && completionMode !== 'Indexed')
    errors.notSupported(`${path}.completionMode`, completionMode, ['NonIndexed', 'Indexed'])
  if (completionMode === 'Indexed') {
    if (spec.completions === undefined) errors.required(`${path}.completions`, 'when completion mode is Indexed')
    if ((spec.parallelism ?? 0) > 100000)
      errors.invalid(
        `${path}.parallelism`,
        spec.parallelism,
        'must be less than or equal to 100000 when completion mode is Indexed',
      )
  } else {
    if (backoffLimitPerIndex !== undefined)
      errors.invalid(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, 'requires indexed completion mode')
    if (maxFailedIndexes !== undefined)
      errors.invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'requires indexed completion mode')
  }
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined)
    errors.required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')
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
  if (spec.managedBy !== undefined) validateManager(spec.managedBy, `${path}.managedBy`, errors)
  validateIndexing(spec, path, errors)
  validateFailurePolicy(spec, `${path}.podFailurePolicy`, errors)
  validateSuccessPolicy(spec, `${path}.successPolicy`, errors)
  validateReplacement(spec, `${path}.podReplacementPolicy`, errors)
  validatePodTemplate(spec.template, `${path}.template`, errors)
  validateRestart(spec, path, errors)
}
