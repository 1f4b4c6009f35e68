// Ended pods become numbers in the status exactly once, whatever crashes in between: first their uids are noted in
// `uncountedTerminatedPods`, then their finalizer is taken off, then those noted without a finalizer are counted.
import {unlessReason} from '../../api/errors.ts'
import {pods as podResource} from '../../api/resources.ts'
import type {JobStatus, Pod} from '../../api/schema/types.gen.ts'
import type {Cached, ReconcileContext} from '../../reconcile/contract.ts'
import {allSettled} from '../objects/slow-start.ts'
import type {Standing} from './count.ts'
import {judgeFailure} from './failure-policy.ts'
import {isFailed, isIndexed, isSucceeded, isTracked, type SomeJob, TRACKING} from './pods.ts'

/** At most this many uids are kept in a status. */
const MOST_UNCOUNTED = 500

interface Uncounted {
  readonly succeeded: readonly string[]
  readonly failed: readonly string[]
}

export interface Tracking {
  readonly uncounted: Uncounted
  /** Whose finalizer goes once the status is written. */
  readonly release: readonly Cached<Pod>[]
}

/** `isEnding`: the Job is over or going, so that nothing of it needs to be counted any more. */
export const planTracking = (job: SomeJob, {pods}: Standing, {isEnding}: {readonly isEnding: boolean}): Tracking => {
  const known = job.status?.uncountedTerminatedPods
  const succeeded = new Set(known?.succeeded ?? [])
  const failed = new Set(known?.failed ?? [])
  const release: Cached<Pod>[] = []
  for (const pod of pods) {
    if (!isTracked(pod)) continue
    const {uid} = pod.metadata
    const isOver = isSucceeded(pod) || isFailed(pod, job)
    if (!isOver && !(isEnding && (pod.metadata.deletionTimestamp || job.metadata.deletionTimestamp))) continue
    if (succeeded.size + failed.size >= MOST_UNCOUNTED) break
    release.push(pod)
    if (isSucceeded(pod)) {
      if (!isIndexed(job)) succeeded.add(uid)
    } else if (judgeFailure(pod, job)?.action !== 'Ignore') failed.add(uid)
  }
  return {uncounted: {succeeded: [...succeeded], failed: [...failed]}, release}
}

export const release = async (pods: readonly Cached<Pod>[], {client}: ReconcileContext): Promise<void> =>
  allSettled(
    pods.map(({metadata: {namespace, name, uid}}) =>
      client
        .patch(
          podResource,
          {namespace, name},
          {type: 'strategic', body: {metadata: {uid, '$deleteFromPrimitiveList/finalizers': [TRACKING]}}},
        )
        .catch(unlessReason('NotFound', 'Conflict', 'Invalid')),
    ),
  )

/** Those noted whose finalizer is off are counted now. */
export const countReleased = (status: JobStatus, stillTracked: ReadonlySet<string>, indexed: boolean): JobStatus => {
  const {succeeded = [], failed = []} = status.uncountedTerminatedPods ?? {}
  const stay = (uids: readonly string[]): string[] => uids.filter((uid) => stillTracked.has(uid))
  const [staySucceeded, stayFailed] = [stay(succeeded), stay(failed)]
  const plus = (before: number | undefined, more: number): number | undefined => (before ?? 0) + more || undefined
  return {
    ...status,
    succeeded: indexed ? status.succeeded : plus(status.succeeded, succeeded.length - staySucceeded.length),
    failed: plus(status.failed, failed.length - stayFailed.length),
    uncountedTerminatedPods: {
      ...(staySucceeded.length > 0 ? {succeeded: staySucceeded} : {}),
      ...(stayFailed.length > 0 ? {failed: stayFailed} : {}),
    },
  }
}
