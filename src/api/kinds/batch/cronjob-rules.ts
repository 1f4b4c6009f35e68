import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {scheduleProblem} from '../../meta/cron-schedule.ts'
import {dnsSubdomain, forPrefix} from '../../meta/names.ts'
import type {CronJob, CronJobSpec} from '../../schema/types.gen.ts'
import {checkNonNegative} from '../checks.ts'
import {templateWarnings} from '../core/pod-spec/warnings.ts'
import {podNameWarnings} from '../name-warnings.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {defaultTemplate} from '../workload-rules.ts'
import {validateJobSpec} from './job-spec.ts'

const applyDefaults = (job: CronJob): void => {
  const spec = (job.spec ??= {} as CronJobSpec)
  spec.jobTemplate ??= {}
  spec.jobTemplate.spec ??= {template: {}}
  defaultTemplate(spec.jobTemplate.spec)
  spec.concurrencyPolicy ||= 'Allow'
  spec.suspend ??= false
  spec.successfulJobsHistoryLimit ??= 3
  spec.failedJobsHistoryLimit ??= 1
}

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', {timeZone: name})
    return !/^[+-]/.test(name)
  } catch {
    return false
  }
}

/** As names of time zones are built; digits and a plus for those of old. */
const timeZonePart = /^[A-Za-z._0-9+][A-Za-z._0-9+-]{0,13}$/

const validateTimeZone = (zone: string, path: string, errors: FieldErrors): void => {
  if (zone === '') errors.invalid(path, zone, 'timeZone must be nil or non-empty string')
  else if (zone.split('/').some((part) => part === '.' || part === '..' || !timeZonePart.test(part)))
    errors.invalid(path, zone, `unknown time zone ${zone}`)
  else if (zone.toLowerCase() === 'local')
    errors.invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  else if (!isTimeZone(zone)) errors.invalid(path, zone, `unknown time zone ${zone}`)
}

const validateSchedule = (spec: CronJobSpec, old: CronJobSpec | undefined, errors: FieldErrors): void => {
  const {schedule, timeZone} = spec
  if (!schedule) {
    errors.required('spec.schedule')
    return
  }
  const problem = scheduleProblem(schedule)
  if (problem !== undefined) errors.invalid('spec.schedule', schedule, problem)
  if (!schedule.includes('TZ')) return
  if (old?.schedule.includes('TZ')) {
    if (timeZone !== undefined)
      errors.invalid('spec.schedule', schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')
  } else errors.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
}

const validateSpec = (job: CronJob, old: CronJob | undefined, errors: FieldErrors): void => {
  const spec = job.spec ?? {schedule: '', jobTemplate: {}}
  validateSchedule(spec, old?.spec, errors)
  checkNonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors)
  if (spec.timeZone !== undefined && spec.timeZone !== old?.spec?.timeZone)
    validateTimeZone(spec.timeZone, 'spec.timeZone', errors)
  if (!spec.concurrencyPolicy) errors.required('spec.concurrencyPolicy')
  else if (!['Allow', 'Forbid', 'Replace'].includes(spec.concurrencyPolicy))
    errors.notSupported('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'])
  const template = spec.jobTemplate.spec ?? {template: {}}
  validateJobSpec(template, 'spec.jobTemplate.spec', errors)
  if (template.selector)
    errors.invalid('spec.jobTemplate.spec.selector', template.selector, '`selector` will be auto-generated')
  if (template.manualSelector) errors.notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false'])
  checkNonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors)
  checkNonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors)
}

/** Jobs are named after it, with a time of up to eleven characters. */
const longestName = 52
const checkLength = ({metadata}: CronJob, errors: FieldErrors): void => {
  if ((metadata?.name ?? '').length > longestName)
    errors.invalid('metadata.name', metadata?.name, 'must be no more than 52 characters')
}

export const cronJobStrategy: Strategy<CronJob> = {
  default: applyDefaults,
  validateName: forPrefix(dnsSubdomain),
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: (job, errors) => {
    validateSpec(job, undefined, errors)
    checkLength(job, errors)
  },
  validateOnlyUpdate: true,
  validateUpdate: (job, old, errors) => validateSpec(job, old, errors),
  warnings: (job, old) => [
    ...(old ? [] : podNameWarnings(job.metadata?.name)),
    ...templateWarnings(job.spec?.jobTemplate.spec?.template, 'spec.jobTemplate.spec.template'),
  ],
}
