import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {labelSelector} from '../../meta/label-selector.ts'
import {dnsLabel} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {Job, JobSpec, PodTemplateSpec} from '../../schema/types.gen.ts'
import {templateWarnings} from '../core/pod-spec/warnings.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {sortedByKey} from '../metadata.ts'
import {podNameWarnings} from '../name-warnings.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {checkImmutable, checkTemplateLabels, defaultTemplate} from '../workload-rules.ts'
import {validateJobSpec} from './job-spec.ts'

const uidLabel = 'batch.kubernetes.io/controller-uid'
const largestInt32 = 2147483647

const applyDefaults = (job: Job): void => {
  const spec = (job.spec ??= {} as JobSpec)
  defaultTemplate(spec)
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1
    spec.parallelism = 1
  }
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : largestInt32
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'
  for (const {onPodConditions} of spec.podFailurePolicy?.rules ?? [])
    for (const condition of onPodConditions ?? []) condition.status ||= 'True'
  const labels = spec.template.metadata?.labels
  if (labels && job.metadata && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = {...labels}
}

const generatedLabels = (uid: string, name: string): Record<string, string> => ({
  'controller-uid': uid,
  'job-name': name,
  [uidLabel]: uid,
  'batch.kubernetes.io/job-name': name,
})

/** Pods of a job are told from all others by the job's uid. */
const generateSelector = (job: Job): void => {
  const spec = job.spec
  if (!spec || spec.manualSelector) return
  const {uid = '', name = ''} = job.metadata ?? {}
  const metadata = (spec.template.metadata ??= {})
  metadata.labels = {...generatedLabels(uid, name), ...metadata.labels}
  spec.selector ??= {}
  spec.selector.matchLabels = {[uidLabel]: uid, ...spec.selector.matchLabels}
}

const checkGenerated = ({metadata, spec}: Job, errors: FieldErrors): void => {
  if (!spec?.selector || spec.manualSelector) return
  const {uid = '', name = ''} = metadata ?? {}
  const labels = generatedLabels(uid, name)
  const given = spec.template.metadata?.labels ?? {}
  for (const [key, value] of Object.entries(labels)) {
    if (given[key] === undefined) errors.required(`spec.template.metadata.labels[${key}]`, `must be '${value}'`)
    else if (given[key] !== value)
      errors.invalid(`spec.template.metadata.labels[${key}]`, sortedByKey(given), `must be '${value}'`)
  }
  if (!labelSelector(spec.selector)(labels))
    errors.invalid('spec.selector', spec.selector, '`selector` not auto-generated')
}

const validate = (job: Job, errors: FieldErrors): void => {
  const spec = job.spec ?? {template: {}}
  checkGenerated(job, errors)
  validateJobSpec(spec, 'spec', errors)
  if (spec.selector) validateLabelSelector(spec.selector, 'spec.selector', errors)
  else errors.required('spec.selector')
  checkTemplateLabels(spec.selector, spec.template, 'spec.template', errors)
}

/** Pods of an indexed job are named and have host names after it. */
const validateNew = (job: Job, errors: FieldErrors): void => {
  validate(job, errors)
  const {completionMode, completions = 0} = job.spec ?? {}
  const longest = `${job.metadata?.name}-${completions - 1}`
  if (completionMode === 'Indexed' && completions > 0 && dnsLabel(longest).length > 0)
    errors.invalid(
      'metadata.name',
      job.metadata?.name,
      `will not able to create pod with invalid DNS label: ${longest}`,
    )
}

const scheduling = ['nodeSelector', 'tolerations', 'schedulingGates'] as const

/** While a job has not begun, where its pods may run and how they are marked can still change: taken from the old one, the rest must be the same. */
const withSchedulingOf = (template: PodTemplateSpec | undefined, old: PodTemplateSpec | undefined) => {
  if (!template) return template
  const {labels, annotations} = old?.metadata ?? {}
  const {nodeAffinity: _, ...affinity} = template.spec?.affinity ?? {}
  const nodeAffinity = old?.spec?.affinity?.nodeAffinity
  const kept = nodeAffinity ? {...affinity, nodeAffinity} : affinity
  return {
    metadata: {...template.metadata, labels, annotations},
    spec: {
      ...template.spec,
      affinity: Object.keys(kept).length > 0 ? kept : undefined,
      ...Object.fromEntries(scheduling.map((field) => [field, old?.spec?.[field]])),
    },
  }
}

const canMove = (old: Job): boolean => old.spec?.suspend === true && old.status?.startTime === undefined

const validateUpdate = (job: Job, old: Job, errors: FieldErrors): void => {
  validate(job, errors)
  const [spec, before] = [job.spec, old.spec]
  const isIndexed = spec?.completionMode === 'Indexed'
  if (!isIndexed) checkImmutable(spec?.completions, before?.completions, 'spec.completions', errors)
  else if (
    spec.completions !== undefined &&
    spec.completions !== before?.completions &&
    spec.completions !== spec.parallelism
  )
    errors.invalid('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism')
  checkImmutable(spec?.selector, before?.selector, 'spec.selector', errors)
  const template = canMove(old) ? withSchedulingOf(spec?.template, before?.template) : spec?.template
  if (!isSame(template, before?.template)) errors.invalid('spec.template', spec?.template, 'field is immutable')
  checkImmutable(spec?.completionMode, before?.completionMode, 'spec.completionMode', errors)
  checkImmutable(spec?.podFailurePolicy, before?.podFailurePolicy, 'spec.podFailurePolicy', errors)
  checkImmutable(spec?.backoffLimitPerIndex, before?.backoffLimitPerIndex, 'spec.backoffLimitPerIndex', errors)
  checkImmutable(spec?.managedBy, before?.managedBy, 'spec.managedBy', errors)
  checkImmutable(spec?.successPolicy, before?.successPolicy, 'spec.successPolicy', errors)
}

export const jobStrategy: Strategy<Job> = {
  default: applyDefaults,
  prepareForCreate: (job) => {
    generateSelector(job)
    dropStatus(job)
  },
  prepareForUpdate: keepStatus,
  validate: validateNew,
  validateOnlyUpdate: true,
  validateUpdate,
  warnings: (job, old) => [
    ...(old ? [] : podNameWarnings(job.metadata?.name)),
    ...templateWarnings(job.spec?.template, 'spec.template'),
  ],
  defaultPropagation: 'Background',
}
