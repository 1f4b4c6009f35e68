// Where a Job stands: which pods are active, which ended, which indexes are done. Pure.
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {isActive, isReady, isTerminating} from '../pods/facts.ts'
import {judgeFailure} from './failure-policy.ts'
import {parseIndexes} from './indexes.ts'
import {
  countOf,
  finishedMs,
  INDEX_FAILURES,
  indexOf,
  isFailed,
  isIndexed,
  isSucceeded,
  isTracked,
  type SomeJob,
} from './pods.ts'

type SomePod = Cached<Pod>

export interface Standing {
  readonly pods: readonly SomePod[]
  readonly active: readonly SomePod[]
  readonly terminating: number
  readonly ready: number
  readonly succeeded: number
  readonly failed: number
  /** Ended and not yet part of the status. */
  readonly newSucceeded: readonly SomePod[]
  readonly newFailed: readonly SomePod[]
  readonly succeededIndexes: ReadonlySet<number>
  readonly failedIndexes: ReadonlySet<number>
  /** Failures since the last success, and when the last of them was. */
  readonly failuresInARow: number
  readonly lastFailureMs: number
}

export const takeStock = (job: SomeJob, pods: readonly SomePod[]): Standing => {
  const {status} = job
  const uncounted = status?.uncountedTerminatedPods
  const known = new Set([...(uncounted?.succeeded ?? []), ...(uncounted?.failed ?? [])])
  const isNew = (pod: SomePod): boolean => isTracked(pod) && !known.has(pod.metadata.uid)
  const isInRange = (pod: SomePod): boolean =>
    !isIndexed(job) || (indexOf(pod) >= 0 && indexOf(pod) < (job.spec?.completions ?? 0))
  const active = pods.filter(isActive)
  const newSucceeded = pods.filter((pod) => isSucceeded(pod) && isNew(pod) && isInRange(pod))
  const newFailed = pods.filter((pod) => isFailed(pod, job) && isNew(pod))
  const succeededIndexes = isIndexed(job) ? doneIndexes(job, pods) : new Set<number>()
  const counted = newFailed.filter((pod) => judgeFailure(pod, job)?.action !== 'Ignore').length
  return {
    pods,
    active,
    terminating: pods.filter((pod) => isTerminating(pod) && !isSucceeded(pod) && pod.status?.phase !== 'Failed').length,
    ready: active.filter(isReady).length,
    succeeded: isIndexed(job)
      ? succeededIndexes.size
      : (status?.succeeded ?? 0) + newSucceeded.length + (uncounted?.succeeded?.length ?? 0),
    failed: (status?.failed ?? 0) + counted + (uncounted?.failed?.length ?? 0),
    newSucceeded,
    newFailed,
    succeededIndexes,
    failedIndexes: failedIndexesOf(job, pods, succeededIndexes),
    ...failureRow(job, pods),
  }
}

const doneIndexes = (job: SomeJob, pods: readonly SomePod[]): Set<number> => {
  const completions = job.spec?.completions ?? 0
  const done = parseIndexes(job.status?.completedIndexes, completions)
  for (const pod of pods) {
    const index = indexOf(pod)
    if (isSucceeded(pod) && isTracked(pod) && index >= 0 && index < completions) done.add(index)
  }
  return done
}

/** Indexes that are given up, where failures are limited for each. */
const failedIndexesOf = (job: SomeJob, pods: readonly SomePod[], done: ReadonlySet<number>): Set<number> => {
  const limit = job.spec?.backoffLimitPerIndex
  if (limit === undefined) return new Set()
  const completions = job.spec?.completions ?? 0
  const failed = parseIndexes(job.status?.failedIndexes, completions)
  for (const pod of pods) {
    const index = indexOf(pod)
    if (index < 0 || index >= completions || done.has(index) || !isFailed(pod, job)) continue
    const verdict = judgeFailure(pod, job)
    if (verdict?.action === 'FailIndex') failed.add(index)
    else if (verdict?.action !== 'Ignore' && countOf(pod, INDEX_FAILURES) >= limit) failed.add(index)
  }
  return failed
}

const failureRow = (job: SomeJob, pods: readonly SomePod[]): {failuresInARow: number; lastFailureMs: number} => {
  const lastSuccessMs = Math.max(0, ...pods.filter(isSucceeded).map(finishedMs))
  const failures = pods
    .filter((pod) => isFailed(pod, job))
    .map(finishedMs)
    .filter((endMs) => endMs > lastSuccessMs)
  return {failuresInARow: failures.length, lastFailureMs: Math.max(0, ...failures)}
}
