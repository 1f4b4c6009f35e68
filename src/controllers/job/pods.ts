// What a Job asks of its pods.
import type {Job, Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {conditionOf} from '../objects/conditions.ts'
import {timeMs} from '../objects/times.ts'

type SomePod = Cached<Pod>
export type SomeJob = Cached<Job>

export const TRACKING = 'batch.kubernetes.io/job-tracking'
export const INDEX = 'batch.kubernetes.io/job-completion-index'
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count'
export const INDEX_IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count'

export const isIndexed = ({spec}: SomeJob): boolean => spec?.completionMode === 'Indexed'
export const isSuspended = ({spec}: SomeJob): boolean => spec?.suspend === true
export const parallelismOf = ({spec}: SomeJob): number => spec?.parallelism ?? 1
export const isTracked = ({metadata}: SomePod): boolean => metadata.finalizers?.includes(TRACKING) === true

/** -1 for pods without one. */
export const indexOf = ({metadata}: SomePod): number => {
  const text = metadata.annotations?.[INDEX]
  const index = Number(text)
  return text !== undefined && Number.isSafeInteger(index) && index >= 0 ? index : -1
}

/** A pod that is on its way out is not replaced before it has ended. */
export const waitsForEnd = ({spec}: SomeJob): boolean =>
  spec?.podReplacementPolicy === 'Failed' || spec?.podFailurePolicy !== undefined

export const isSucceeded = ({status}: SomePod): boolean => status?.phase === 'Succeeded'

/** Failed, or deleted by somebody, which counts as a failure unless its end is waited for. */
export const isFailed = ({metadata, status}: SomePod, job: SomeJob): boolean =>
  status?.phase === 'Failed' ||
  (metadata.deletionTimestamp !== undefined && status?.phase !== 'Succeeded' && !waitsForEnd(job))

export const finishedMs = ({metadata, status}: SomePod): number => {
  const ends = (status?.containerStatuses ?? []).map(({state}) => timeMs(state?.terminated?.finishedAt))
  const last = Math.max(...ends.filter((end) => !Number.isNaN(end)))
  if (Number.isFinite(last)) return last
  return timeMs(
    metadata.deletionTimestamp ??
      conditionOf(status?.conditions, 'Ready')?.lastTransitionTime ??
      metadata.creationTimestamp,
  )
}

export const countOf = ({metadata}: SomePod, annotation: string): number =>
  Number(metadata.annotations?.[annotation]) || 0
