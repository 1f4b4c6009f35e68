// CronJobs: a Job for each time of a schedule.
import {hasReason, unlessReason} from '../../api/errors.ts'
import {cronJobs, jobs} from '../../api/resources.ts'
import type {CronJob, CronJobStatus, Job, ObjectReference} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {controllerReference} from '../objects/owners.ts'
import {messageOf} from '../objects/slow-start.ts'
import {sendable, writeStatus} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {ownerKeys} from '../pods/keys.ts'
import {decide, isFinished, jobName, lastSuccess, planCleanUp} from './plan.ts'
import {parseSchedule, type Schedule} from './schedule.ts'

type Owner = Cached<CronJob>

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp'
/** A little after the minute, so that clocks agree that it has come. */
const AFTER_DUE_MS = 100

export const cronJobController: ControllerSpec = {
  name: 'cronjob-controller',
  identity: 'cronjob-controller',
  watches: [watching({resource: cronJobs}), watching({resource: jobs, toKeys: ownerKeys({owners: cronJobs})})],
  reconcile: async (key, context) => {
    const owner = context.cache(cronJobs).getByKey(key)
    return owner ? reconcile(owner, context) : undefined
  },
}

const reconcile = async (owner: Owner, context: ReconcileContext): Promise<Result> => {
  const {cache, clock, events} = context
  const children = cache(jobs).byIndex('owner', owner.metadata.uid)
  await cleanUp(owner, children, context)
  const active = settleActive(owner, children, context)
  const status: CronJobStatus = {
    ...sendable(owner).status,
    active: active.length > 0 ? active : undefined,
    lastSuccessfulTime: lastSuccess(owner, children),
  }
  const current = await writeStatus(cronJobs, owner, status, context)
  if (owner.metadata.deletionTimestamp || owner.spec?.suspend) return undefined
  const schedule = parse(owner, context)
  if (!schedule) return undefined
  const nowMs = clock.now()
  const decision = decide(
    current,
    schedule,
    active.map(({name}) => name ?? ''),
    nowMs,
  )
  if (decision.tooMany) {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
    events.record(owner, 'Warning', 'TooManyMissedTimes', message)
  }
  if (decision.kind === 'missed') {
    const time = rfc1123(decision.dueMs)
    events.record(owner, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${time}`)
  } else if (decision.kind === 'forbidden') {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    events.record(owner, 'Normal', 'JobAlreadyActive', message)
  } else if (decision.kind === 'start') {
    const kept = decision.replace ? await replace(owner, active, context) : active
    await start(current, kept, decision.dueMs, context)
  }
  const next = schedule.next(nowMs)
  return next === undefined ? undefined : {requeueAfterMs: next - nowMs + AFTER_DUE_MS}
}

const rfc1123 = (atMs: number): string => new Date(atMs).toUTCString().replace('GMT', '+0000')

const parse = (owner: Owner, {events}: ReconcileContext): Schedule | undefined => {
  const {schedule = '', timeZone} = owner.spec ?? {}
  try {
    return parseSchedule(schedule, timeZone)
  } catch (error) {
    const isZone = timeZone !== undefined && !isZoneKnown(timeZone)
    if (isZone)
      events.record(
        owner,
        'Warning',
        'UnknownTimeZone',
        `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`,
      )
    else
      events.record(owner, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${schedule} : ${messageOf(error)}`)
    return undefined
  }
}

const isZoneKnown = (timeZone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', {timeZone})
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const cleanUp = async (owner: Owner, children: readonly Cached<Job>[], context: ReconcileContext): Promise<void> => {
  for (const job of planCleanUp(owner, children)) await deleteJob(owner, job.metadata.name, context)
}

const deleteJob = async (owner: Owner, name: string, {client, events}: ReconcileContext): Promise<void> => {
  const {namespace} = owner.metadata
  try {
    await client.delete(jobs, {namespace, name}, {propagationPolicy: 'Background'}).catch(unlessReason('NotFound'))
    events.record(owner, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`)
  } catch (error) {
    events.record(owner, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`)
    throw error
  }
}

/** The list of Jobs under way, brought up to date with what became of them. */
const settleActive = (
  owner: Owner,
  children: readonly Cached<Job>[],
  {events}: ReconcileContext,
): ObjectReference[] => {
  const listed = sendable(owner).status?.active ?? []
  const byUid = new Map(children.map((job) => [job.metadata.uid, job]))
  for (const job of children)
    if (!isFinished(job) && !listed.some(({uid}) => uid === job.metadata.uid)) {
      const message = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`
      events.record(owner, 'Warning', 'UnexpectedJob', message)
    }
  return listed.filter(({uid, name}) => {
    const job = byUid.get(uid ?? '')
    if (!job) {
      events.record(owner, 'Normal', 'MissingJob', `Active job went missing: ${name}`)
      return false
    }
    if (!isFinished(job)) return true
    const end = job.status?.conditions?.some(({type}) => type === 'Complete') ? 'Complete' : 'Failed'
    events.record(owner, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`)
    return false
  })
}

const replace = async (
  owner: Owner,
  active: readonly ObjectReference[],
  context: ReconcileContext,
): Promise<readonly ObjectReference[]> => {
  for (const {name} of active) if (name) await deleteJob(owner, name, context)
  return []
}

const start = async (
  owner: Owner,
  active: readonly ObjectReference[],
  dueMs: number,
  context: ReconcileContext,
): Promise<void> => {
  const {client, events} = context
  const job = await createJob(owner, dueMs, context)
  if (!job) return
  const {name, namespace, uid, resourceVersion} = job.metadata
  events.record(owner, 'Normal', 'SuccessfulCreate', `Created job ${name}`)
  const reference = {kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion}
  const status: CronJobStatus = {
    ...sendable(owner).status,
    active: [...active, reference],
    lastScheduleTime: timestamp(dueMs),
  }
  await writeStatus(cronJobs, owner, status, {...context, client})
}

const createJob = async (
  owner: Owner,
  dueMs: number,
  {client, events}: ReconcileContext,
): Promise<Awaited<ReturnType<typeof client.create<Job>>> | undefined> => {
  const {namespace} = owner.metadata
  const name = jobName(owner, dueMs)
  const template = sendable(owner).spec?.jobTemplate
  try {
    return await client.create(jobs, {
      metadata: {
        namespace,
        name,
        ...(template?.metadata?.labels ? {labels: template.metadata.labels} : {}),
        annotations: {...template?.metadata?.annotations, [SCHEDULED]: inZone(dueMs, owner.spec?.timeZone)},
        ownerReferences: [controllerReference(cronJobs, owner)],
      },
      ...(template?.spec ? {spec: template.spec} : {}),
    })
  } catch (error) {
    if (isNamespaceGoing(error)) return undefined
    // Made before, by a turn that was cut off before it could note it.
    if (hasReason(error, 'AlreadyExists')) {
      const existing = await client.get(jobs, {namespace, name})
      const isOwn = existing.metadata.ownerReferences?.some(({uid}) => uid === owner.metadata.uid)
      if (isOwn) return existing
    }
    events.record(owner, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`)
    throw error
  }
}

/** RFC 3339 in the schedule's own time zone. */
const inZone = (atMs: number, timeZone: string | undefined): string => {
  if (!timeZone) return timestamp(atMs)
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(atMs))
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ''
  const offset = part('timeZoneName').replace('GMT', '') || 'Z'
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}${offset}`
}
