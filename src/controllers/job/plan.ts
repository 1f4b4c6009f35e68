// Which pods a running Job makes and removes. Pure.
import type {Pod} from '../../api/schema/types.gen.ts'
import {backoffMs} from '../../lib/backoff.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {firstToDelete} from '../pods/deletion-order.ts'
import type {Standing} from './count.ts'
import {judgeFailure} from './failure-policy.ts'
import {
  countOf,
  finishedMs,
  INDEX_FAILURES,
  INDEX_IGNORED,
  indexOf,
  isFailed,
  isIndexed,
  isSuspended,
  parallelismOf,
  type SomeJob,
  waitsForEnd,
} from './pods.ts'

type SomePod = Cached<Pod>

export interface NewPod {
  readonly index?: number
  readonly indexFailures?: {readonly counted: number; readonly ignored: number}
}
export interface PodPlan {
  readonly create: readonly NewPod[]
  readonly remove: readonly SomePod[]
  /** Nothing may be made before this long has passed. */
  readonly waitMs: number | undefined
}

const BURST = 500
const BACKOFF = {firstMs: 10_000, maxMs: 600_000}
const nothing: PodPlan = {create: [], remove: [], waitMs: undefined}

export const planPods = (job: SomeJob, standing: Standing, nowMs: number): PodPlan => {
  const {active} = standing
  if (isSuspended(job)) return {...nothing, remove: active.slice(0, BURST)}
  const wanted = wantedActive(job, standing)
  const remove = removable(job, active, Math.max(0, active.length - wanted), nowMs)
  if (remove.length > 0) return {...nothing, remove: remove.slice(0, BURST)}
  const missing = wanted - active.length - (waitsForEnd(job) ? standing.terminating : 0)
  if (missing <= 0) return nothing
  if (job.spec?.backoffLimitPerIndex === undefined) {
    const waitMs = standing.lastFailureMs + backoffMs(standing.failuresInARow, BACKOFF) - nowMs
    if (standing.failuresInARow > 0 && waitMs > 0) return {...nothing, waitMs}
  }
  const count = Math.min(missing, BURST)
  return isIndexed(job)
    ? planIndexes(job, standing, count, nowMs)
    : {...nothing, create: Array.from({length: count}, () => ({}))}
}

const wantedActive = (job: SomeJob, {active, succeeded, failedIndexes}: Standing): number => {
  const {completions} = job.spec ?? {}
  if (completions === undefined) return succeeded > 0 ? active.length : parallelismOf(job)
  return Math.max(0, Math.min(parallelismOf(job), completions - succeeded - failedIndexes.size))
}

/** First those that are of no use: a second one for an index, or one beyond the last. */
const removable = (job: SomeJob, active: readonly SomePod[], atLeast: number, nowMs: number): readonly SomePod[] => {
  if (!isIndexed(job)) return atLeast === 0 ? [] : firstToDelete(active, atLeast, active, nowMs)
  const seen = new Set<number>()
  const useless: SomePod[] = []
  const useful: SomePod[] = []
  for (const pod of [...active].sort((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1,
  )) {
    const index = indexOf(pod)
    const isUseless = index < 0 || index >= (job.spec?.completions ?? 0) || seen.has(index)
    seen.add(index)
    ;(isUseless ? useless : useful).push(pod)
  }
  const more = atLeast - useless.length
  return more > 0 ? [...useless, ...firstToDelete(useful, more, useful, nowMs)] : useless
}

const planIndexes = (job: SomeJob, standing: Standing, count: number, nowMs: number): PodPlan => {
  const taken = new Set(standing.active.map(indexOf))
  if (waitsForEnd(job))
    for (const pod of standing.pods)
      if (pod.metadata.deletionTimestamp && pod.status?.phase !== 'Failed') taken.add(indexOf(pod))
  const create: NewPod[] = []
  let waitMs: number | undefined
  for (let index = 0; index < (job.spec?.completions ?? 0) && create.length < count; index++) {
    if (taken.has(index) || standing.succeededIndexes.has(index) || standing.failedIndexes.has(index)) continue
    const next = nextOfIndex(job, standing, index)
    if (next.dueMs > nowMs) waitMs = Math.min(waitMs ?? Number.POSITIVE_INFINITY, next.dueMs - nowMs)
    else create.push(next.pod)
  }
  return {create, remove: [], waitMs}
}

/** The count of an index's failures travels from pod to pod. */
const nextOfIndex = (job: SomeJob, {pods}: Standing, index: number): {readonly pod: NewPod; readonly dueMs: number} => {
  if (job.spec?.backoffLimitPerIndex === undefined) return {pod: {index}, dueMs: 0}
  const [last] = pods
    .filter((pod) => indexOf(pod) === index && isFailed(pod, job))
    .sort((a, b) => finishedMs(b) - finishedMs(a))
  if (!last) return {pod: {index, indexFailures: {counted: 0, ignored: 0}}, dueMs: 0}
  const isIgnored = judgeFailure(last, job)?.action === 'Ignore'
  const counted = countOf(last, INDEX_FAILURES) + (isIgnored ? 0 : 1)
  const ignored = countOf(last, INDEX_IGNORED) + (isIgnored ? 1 : 0)
  return {
    pod: {index, indexFailures: {counted, ignored}},
    dueMs: finishedMs(last) + backoffMs(counted + ignored, BACKOFF),
  }
}
