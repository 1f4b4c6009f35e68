// Which pods go first when there are too many.
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {timeMs} from '../objects/times.ts'
import {isActive, isReady, readySinceMs, restartsOf} from './facts.ts'

type SomePod = Cached<Pod>

const phaseRank: Record<string, number> = {Pending: 0, Unknown: 1, Running: 2}

const deletionCost = ({metadata}: SomePod): number => {
  const cost = Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'])
  return Number.isInteger(cost) ? cost : 0
}

/** Ages are compared by order of magnitude, so that which of many old pods goes is left to chance (their uid). */
const compareAges = (aMs: number, bMs: number, nowMs: number): number => {
  if (Number.isNaN(aMs) || Number.isNaN(bMs)) return Number.isNaN(aMs) ? (Number.isNaN(bMs) ? 0 : -1) : 1
  const rank = (sinceMs: number): number => Math.floor(Math.log2(Math.max(1, (nowMs - sinceMs) * 1e6)))
  return rank(aMs) - rank(bMs)
}

/** The first `count` to delete. `related` are pods whose crowding on a node counts (those of sibling ReplicaSets). */
export const firstToDelete = (
  pods: readonly SomePod[],
  count: number,
  related: readonly SomePod[],
  nowMs: number,
): readonly SomePod[] => {
  if (count >= pods.length) return pods
  const onNode = new Map<string, number>()
  for (const pod of related)
    if (isActive(pod) && pod.spec?.nodeName) onNode.set(pod.spec.nodeName, (onNode.get(pod.spec.nodeName) ?? 0) + 1)
  const crowd = (pod: SomePod): number => onNode.get(pod.spec?.nodeName ?? '') ?? 0
  const compare = (a: SomePod, b: SomePod): number =>
    Number(Boolean(a.spec?.nodeName)) - Number(Boolean(b.spec?.nodeName)) ||
    (phaseRank[a.status?.phase ?? ''] ?? 0) - (phaseRank[b.status?.phase ?? ''] ?? 0) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    crowd(b) - crowd(a) ||
    (isReady(a) && isReady(b) ? compareAges(readySinceMs(a), readySinceMs(b), nowMs) : 0) ||
    restartsOf(b) - restartsOf(a) ||
    compareAges(timeMs(a.metadata.creationTimestamp), timeMs(b.metadata.creationTimestamp), nowMs) ||
    (a.metadata.uid < b.metadata.uid ? -1 : 1)
  return [...pods].sort(compare).slice(0, count)
}
