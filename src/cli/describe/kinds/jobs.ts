import {humanDuration} from '../../../api/meta/human-duration.ts'
import {cronJobs, jobs} from '../../../api/resources.ts'
import type {Job} from '../../../api/schema/types.gen.ts'
import {controllerOf, longTime, selectorText, writeAnnotations, writeLabels} from '../common.ts'
import {describing} from '../describer.ts'
import {writeEvents} from '../events.ts'
import type {Page} from '../page.ts'
import {writePodTemplate} from '../pod-template.ts'

/** `0-4,7`: shortened when it is long. */
const indexes = (text: string | undefined): string => {
  if (!text) return '<none>'
  const parts = text.split(',')
  return parts.length > 10 ? `${parts.slice(0, 10).join(',')},...` : text
}

const writeCompletion = (page: Page, {spec, status}: Job): void => {
  page.line(0, 'Completions:', spec?.completions ?? '<unset>')
  page.line(0, 'Completion Mode:', spec?.completionMode ?? '')
  if (spec?.suspend !== undefined) page.line(0, 'Suspend:', spec.suspend)
  if (spec?.backoffLimit !== undefined) page.line(0, 'Backoff Limit:', spec.backoffLimit)
  if (spec?.ttlSecondsAfterFinished !== undefined)
    page.line(0, 'TTL Seconds After Finished:', spec.ttlSecondsAfterFinished)
  if (status?.startTime) page.line(0, 'Start Time:', longTime(status.startTime))
  if (status?.completionTime) page.line(0, 'Completed At:', longTime(status.completionTime))
  if (status?.startTime && status.completionTime)
    page.line(0, 'Duration:', humanDuration(Date.parse(status.completionTime) - Date.parse(status.startTime)))
  if (spec?.activeDeadlineSeconds !== undefined)
    page.line(0, 'Active Deadline Seconds:', `${spec.activeDeadlineSeconds}s`)
  const counts = `${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`
  page.line(
    0,
    'Pods Statuses:',
    `${status?.active ?? 0} Active${status?.ready === undefined ? '' : ` (${status.ready} Ready)`} / ${counts}`,
  )
  if (spec?.completionMode === 'Indexed') page.line(0, 'Completed Indexes:', indexes(status?.completedIndexes))
}

export const jobDescriber = describing(jobs, async (page, job, context) => {
  const {metadata, spec} = job
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  if (spec?.selector) page.line(0, 'Selector:', selectorText(spec.selector))
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  const controller = controllerOf(metadata)
  if (controller) page.line(0, 'Controlled By:', controller)
  page.line(0, 'Parallelism:', spec?.parallelism ?? '<unset>')
  writeCompletion(page, job)
  writePodTemplate(page, spec?.template)
  await writeEvents(page, job, context)
})

export const cronJobDescriber = describing(cronJobs, async (page, cronJob, context) => {
  const {metadata, spec, status} = cronJob
  const template = spec?.jobTemplate.spec
  page.line(0, 'Name:', metadata.name)
  page.line(0, 'Namespace:', metadata.namespace ?? '')
  writeLabels(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
  page.line(0, 'Schedule:', spec?.schedule ?? '')
  page.line(0, 'Concurrency Policy:', spec?.concurrencyPolicy ?? '')
  page.line(0, 'Suspend:', spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False')
  page.line(0, 'Successful Job History Limit:', spec?.successfulJobsHistoryLimit ?? '<unset>')
  page.line(0, 'Failed Job History Limit:', spec?.failedJobsHistoryLimit ?? '<unset>')
  page.line(
    0,
    'Starting Deadline Seconds:',
    spec?.startingDeadlineSeconds === undefined ? '<unset>' : `${spec.startingDeadlineSeconds}s`,
  )
  page.line(0, 'Selector:', template?.selector ? selectorText(template.selector) : '<unset>')
  page.line(0, 'Parallelism:', template?.parallelism ?? '<unset>')
  page.line(0, 'Completions:', template?.completions ?? '<unset>')
  if (template?.activeDeadlineSeconds !== undefined)
    page.line(0, 'Active Deadline Seconds:', `${template.activeDeadlineSeconds}s`)
  writePodTemplate(page, template?.template)
  page.line(0, 'Last Schedule Time:', status?.lastScheduleTime ? longTime(status.lastScheduleTime) : '<unset>')
  const active = (status?.active ?? []).map(({name}) => name ?? '')
  page.line(0, 'Active Jobs:', active.length > 0 ? active.join(', ') : '<none>')
  await writeEvents(page, cronJob, context)
})
