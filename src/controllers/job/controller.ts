// Jobs: pods that run to their end, counted one by one.
import {unlessReason} from '../../api/errors.ts'
import {labelSelector} from '../../api/meta/label-selector.ts'
import {jobs, pods} from '../../api/resources.ts'
import type {Job, JobCondition, JobStatus, Pod} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type Change,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {candidates, claim} from '../objects/claim.ts'
import {conditionOf, isConditionTrue} from '../objects/conditions.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {controllerOf, orphanIndex} from '../objects/owners.ts'
import {allSettled, messageOf, slowStart} from '../objects/slow-start.ts'
import {sendable, unlessZero, writeStatus} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {ownerKeys} from '../pods/keys.ts'
import {type Standing, takeStock} from './count.ts'
import {formatIndexes} from './indexes.ts'
import {planPods} from './plan.ts'
import {jobPod} from './pod.ts'
import {isIndexed, isSuspended, isTracked, type SomeJob, TRACKING} from './pods.ts'
import {countReleased, planTracking, release} from './track.ts'
import {completed, deadlineMs, isComplete, judge, newCondition, type Verdict} from './verdict.ts'

/** Keys of pods whose Job is gone start with this: only their finalizer is left to take off. */
const ORPHAN = 'pod:'
const MANAGER = 'kubernetes.io/job-controller'

const ofJobs = ownerKeys<Pod, Job>({
  owners: jobs,
  selects: ({spec}, labels) => labelSelector(spec?.selector)(labels),
})

const podKeys = (change: Change<Pod>, context: ReconcileContext): readonly string[] => {
  const keys = ofJobs(change, context)
  const {object, type} = change
  if (keys.length > 0 || type === 'deleted' || !isTracked(object)) return keys
  const owner = controllerOf(object)
  const isOrphan = !owner || (owner.kind === 'Job' && !isOwnerThere(object, context))
  return isOrphan ? [`${ORPHAN}${object.metadata.namespace}/${object.metadata.name}`] : []
}

const isOwnerThere = (pod: Cached<Pod>, {cache}: ReconcileContext): boolean => {
  const owner = controllerOf(pod)
  const job = owner && cache(jobs).get({namespace: pod.metadata.namespace, name: owner.name})
  return job !== undefined && job.metadata.uid === owner?.uid
}

const jobKeys = ({type, object}: Change<Job>, {cache}: ReconcileContext): readonly string[] => {
  const {namespace, name, uid} = object.metadata
  if (type !== 'deleted') return [`${namespace}/${name}`]
  return cache(pods)
    .byIndex('owner', uid)
    .filter(isTracked)
    .map(({metadata}) => `${ORPHAN}${metadata.namespace}/${metadata.name}`)
}

export const jobController: ControllerSpec = {
  name: 'job-controller',
  identity: 'job-controller',
  watches: [
    watching({resource: jobs, toKeys: jobKeys}),
    watching({resource: pods, toKeys: podKeys, indexes: {orphan: orphanIndex}}),
  ],
  reconcile: async (key, context) => {
    if (key.startsWith(ORPHAN)) return releaseOrphan(key.slice(ORPHAN.length), context)
    const job = context.cache(jobs).getByKey(key)
    if (!job || (job.spec?.managedBy !== undefined && job.spec.managedBy !== MANAGER)) return undefined
    return isFinished(job) ? releaseRest(job, context) : reconcile(job, context)
  },
}

const isFinished = ({status}: SomeJob): boolean =>
  isConditionTrue(status?.conditions, 'Complete') || isConditionTrue(status?.conditions, 'Failed')

const releaseOrphan = async (key: string, context: ReconcileContext): Promise<undefined> => {
  const pod = context.cache(pods).getByKey(key)
  if (pod && isTracked(pod) && !isOwnerThere(pod, context)) await release([pod], context)
  return undefined
}

/** Pods that ended after the Job was over. */
const releaseRest = async (job: SomeJob, context: ReconcileContext): Promise<undefined> => {
  const owned = context.cache(pods).byIndex('owner', job.metadata.uid)
  await release(owned.filter(isTracked), context)
  return undefined
}

const reconcile = async (job: SomeJob, context: ReconcileContext): Promise<Result> => {
  const {cache, clock} = context
  const owned = await claim(
    {
      resource: pods,
      ownerResource: jobs,
      owner: job,
      objects: candidates(cache(pods), job),
      matches: ({metadata}) => labelSelector(job.spec?.selector)(metadata.labels),
      finalizer: TRACKING,
    },
    context,
  )
  const nowMs = clock.now()
  const standing = takeStock(job, owned)
  const verdict = judge(job, standing, nowMs)
  const turn = verdict ? await endPods(job, standing, context) : await managePods(job, standing, context)
  const active = standing.active.length + turn.created - turn.deleted
  const isDone = verdict === undefined && turn.error === undefined && isComplete(job, standing.succeeded, active)
  const ending = verdict ?? (isDone ? completed : undefined)
  const status = await track(job, standing, {ending, active, turn}, context)
  if (turn.error !== undefined) throw turn.error
  if (ending && !isFinished({...job, status} as SomeJob)) return undefined
  return nextLook(job, status, turn.waitMs, nowMs)
}

interface Turn {
  readonly created: number
  readonly deleted: number
  readonly readyDeleted: number
  readonly waitMs?: number | undefined
  readonly error?: unknown
}

const nextLook = (job: SomeJob, status: JobStatus, waitMs: number | undefined, nowMs: number): Result => {
  const untilMs = isSuspended(job) ? undefined : deadlineMs({...job, status} as SomeJob)
  const waits = [waitMs, untilMs === undefined ? undefined : untilMs - nowMs].filter((wait) => wait !== undefined)
  return waits.length === 0 || isFinished({...job, status} as SomeJob)
    ? undefined
    : {requeueAfterMs: Math.max(1, Math.min(...waits))}
}

const endPods = async (job: SomeJob, {active}: Standing, context: ReconcileContext): Promise<Turn> =>
  removePods(job, active, context)

const managePods = async (job: SomeJob, standing: Standing, context: ReconcileContext): Promise<Turn> => {
  if (job.metadata.deletionTimestamp) return {created: 0, deleted: 0, readyDeleted: 0}
  const plan = planPods(job, standing, context.clock.now())
  if (plan.remove.length > 0) return removePods(job, plan.remove, context)
  const {succeeded, error} = await slowStart(plan.create.length, async (at) => {
    const wanted = plan.create[at]
    if (wanted) await createPod(job, jobPod(job, wanted), context)
  })
  return {created: succeeded, deleted: 0, readyDeleted: 0, waitMs: plan.waitMs, error}
}

const createPod = async (job: SomeJob, pod: Pod, {client, events}: ReconcileContext): Promise<void> => {
  try {
    const created = await client.create(pods, pod)
    events.record(job, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
  } catch (error) {
    if (isNamespaceGoing(error)) return
    events.record(job, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`)
    throw error
  }
}

const removePods = async (
  job: SomeJob,
  remove: readonly Cached<Pod>[],
  {client, events}: ReconcileContext,
): Promise<Turn> => {
  let deleted = 0
  let readyDeleted = 0
  try {
    await allSettled(
      remove.map(async (pod) => {
        const {namespace, name, uid} = pod.metadata
        await client.delete(pods, {namespace, name}, {preconditions: {uid}}).catch(unlessReason('NotFound'))
        events.record(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
        deleted += 1
        if (isConditionTrue(pod.status?.conditions, 'Ready')) readyDeleted += 1
      }),
    )
    return {created: 0, deleted, readyDeleted}
  } catch (error) {
    return {created: 0, deleted, readyDeleted, error}
  }
}

interface Progress {
  readonly ending: Verdict | undefined
  readonly active: number
  readonly turn: Turn
}

const track = async (
  job: SomeJob,
  standing: Standing,
  {ending, active, turn}: Progress,
  context: ReconcileContext,
): Promise<JobStatus> => {
  const nowMs = context.clock.now()
  const isEnding = ending !== undefined || job.metadata.deletionTimestamp !== undefined
  const tracking = planTracking(job, standing, {isEnding})
  const tracked = new Set(standing.pods.filter(isTracked).map(({metadata}) => metadata.uid))
  const old = sendable(job).status ?? {}
  const indexed = isIndexed(job)
  const terminating = standing.terminating + turn.deleted
  const noted: JobStatus = countReleased(
    {
      ...old,
      ...suspension(job, old, nowMs),
      active: unlessZero(Math.max(0, active)),
      ready: Math.max(0, standing.ready - turn.readyDeleted),
      terminating,
      uncountedTerminatedPods: {
        ...(tracking.uncounted.succeeded.length > 0 ? {succeeded: [...tracking.uncounted.succeeded]} : {}),
        ...(tracking.uncounted.failed.length > 0 ? {failed: [...tracking.uncounted.failed]} : {}),
      },
      ...(indexed
        ? {
            succeeded: unlessZero(standing.succeededIndexes.size),
            completedIndexes: formatIndexes(standing.succeededIndexes) || undefined,
          }
        : {}),
      ...(job.spec?.backoffLimitPerIndex === undefined ? {} : {failedIndexes: formatIndexes(standing.failedIndexes)}),
    },
    tracked,
    indexed,
  )
  const interim = ending ? withInterim(noted, ending, nowMs) : noted
  const first = await writeStatus(jobs, job, interim, context)
  tellSuspension(job, interim, context)
  await release(tracking.release, context)
  for (const {metadata} of tracking.release) tracked.delete(metadata.uid)
  const counted = countReleased(interim, tracked, indexed)
  const isEmpty = active <= 0 && terminating === 0 && tracked.size === 0
  const last = ending && isEmpty ? finished(counted, ending, nowMs) : counted
  await writeStatus(jobs, first, last, context)
  if (ending && isEmpty) tellEnd(job, ending, context)
  return last
}

const withInterim = (status: JobStatus, {type, reason, message}: Verdict, nowMs: number): JobStatus =>
  conditionOf(status.conditions, type)
    ? status
    : {...status, conditions: [...(status.conditions ?? []), newCondition(type, 'True', {reason, message}, nowMs)]}

const finished = (status: JobStatus, {type, reason, message}: Verdict, nowMs: number): JobStatus => {
  const isSuccess = type === 'SuccessCriteriaMet'
  const condition = newCondition(isSuccess ? 'Complete' : 'Failed', 'True', {reason, message}, nowMs)
  return {
    ...status,
    conditions: [...(status.conditions ?? []), condition],
    ...(isSuccess ? {completionTime: timestamp(nowMs)} : {}),
  }
}

const tellEnd = (job: SomeJob, {type, reason, message}: Verdict, {events}: ReconcileContext): void => {
  if (type === 'SuccessCriteriaMet') events.record(job, 'Normal', 'Completed', 'Job completed')
  else events.record(job, 'Warning', reason, message)
}

/** Start time and the condition Suspended, as the Job is stopped and goes on. */
const suspension = (job: SomeJob, {conditions = [], startTime}: JobStatus, nowMs: number): Partial<JobStatus> => {
  const current = conditionOf(conditions, 'Suspended')
  const replace = (condition: JobCondition): JobCondition[] =>
    current ? conditions.map((one) => (one.type === 'Suspended' ? condition : one)) : [...conditions, condition]
  if (isSuspended(job)) {
    if (current?.status === 'True') return {startTime: undefined}
    const words = {reason: 'JobSuspended', message: 'Job suspended'}
    return {startTime: undefined, conditions: replace(newCondition('Suspended', 'True', words, nowMs))}
  }
  if (current?.status !== 'True') return {startTime: startTime ?? timestamp(nowMs)}
  const words = {reason: 'JobResumed', message: 'Job resumed'}
  return {startTime: timestamp(nowMs), conditions: replace(newCondition('Suspended', 'False', words, nowMs))}
}

const tellSuspension = (job: SomeJob, now: JobStatus, {events}: ReconcileContext): void => {
  const before = conditionOf(job.status?.conditions, 'Suspended')?.status
  const after = conditionOf(now.conditions, 'Suspended')?.status
  if (before === after) return
  if (after === 'True') events.record(job, 'Normal', 'Suspended', 'Job suspended')
  else events.record(job, 'Normal', 'Resumed', 'Job resumed')
}
