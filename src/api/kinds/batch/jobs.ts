// Job

import {humanDuration} from '../../meta/human-duration.ts'
import {jobs} from '../../resources.ts'
import type {Job} from '../../schema/types.gen.ts'
import {ageColumn, column, nameColumn, templateColumns, wideColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {labelSelectorCell} from '../selector-text.ts'
import {statusSubresource} from '../status.ts'
import {jobStrategy} from './job-rules.ts'
import {validateJobStatus} from './job-status-rules.ts'

const conditionNames: readonly (readonly [string, string])[] = [
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
]

const statusCell = ({metadata, status}: Job): string => {
  const has = (name: string): boolean =>
    status?.conditions?.some((condition) => condition.type === name && condition.status === 'True') ?? false
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (metadata?.deletionTimestamp) return 'Terminating'
  return conditionNames.find(([name]) => has(name))?.[1] ?? 'Running'
}

const completionsCell = ({spec, status}: Job): string => {
  const succeeded = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`
  const parallelism = spec?.parallelism ?? 0
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

const durationCell = ({status}: Job, nowMs: number): string => {
  if (!status?.startTime) return ''
  const end = status.completionTime ? Date.parse(status.completionTime) : nowMs
  return humanDuration(end - Date.parse(status.startTime))
}

export const jobKind = defineKind<Job>({
  resource: jobs,
  strategy: jobStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Status', statusCell, {description: 'Status of the job.'}),
    column('Completions', completionsCell, {doc: 'status.succeeded'}),
    column('Duration', durationCell, {description: 'Time required to complete the job.'}),
    ageColumn,
    ...templateColumns,
    wideColumn('Selector', ({spec}) => labelSelectorCell(spec?.selector), {doc: 'spec.selector'}),
  ],
  subresources: {
    status: {...statusSubresource, validateUpdate: validateJobStatus},
  },
})
