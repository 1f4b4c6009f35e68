// What the master says of a node whose kubelet fell silent, and the taints that follow from a node's conditions.
import type {DeepReadonly} from '../../api/object.ts'
import type {Node, NodeCondition, Taint} from '../../api/schema/types.gen.ts'
import {conditionOf} from '../objects/conditions.ts'
import {timestamp} from '../objects/times.ts'

const WATCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** The conditions of a node that has not been heard of in time; undefined where they say so already. */
export const silentConditions = (node: DeepReadonly<Node>, nowMs: number): NodeCondition[] | undefined => {
  const now = timestamp(nowMs)
  const current = node.status?.conditions ?? []
  const unknown = (type: string): NodeCondition => {
    const before = conditionOf(current, type)
    const said = before
      ? {reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.'}
      : {reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.'}
    return {
      type,
      status: 'Unknown',
      ...said,
      lastHeartbeatTime: before?.lastHeartbeatTime ?? node.metadata?.creationTimestamp,
      lastTransitionTime: now,
    }
  }
  if (WATCHED.every((type) => conditionOf(current, type)?.status === 'Unknown')) return undefined
  const kept = current.map((condition) =>
    WATCHED.includes(condition.type) && condition.status !== 'Unknown' ? unknown(condition.type) : {...condition},
  )
  const missing = WATCHED.filter((type) => !conditionOf(current, type)).map(unknown)
  return [...kept, ...missing]
}

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const byCondition: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
]
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

const isOurs = ({key, effect}: DeepReadonly<Taint>): boolean =>
  (effect === 'NoSchedule' && (key === UNSCHEDULABLE || byCondition.some(([, , ours]) => key === ours))) ||
  (effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE))

const wantedTaints = (node: DeepReadonly<Node>, {evicts}: {evicts: boolean}): Taint[] => {
  const holds = (type: string, status: string): boolean => conditionOf(node.status?.conditions, type)?.status === status
  const taints: Taint[] = byCondition.flatMap(([type, status, key]) =>
    holds(type, status) ? [{key, effect: 'NoSchedule'}] : [],
  )
  if (node.spec?.unschedulable) taints.push({key: UNSCHEDULABLE, effect: 'NoSchedule'})
  if (evicts && holds('Ready', 'False')) taints.push({key: NOT_READY, effect: 'NoExecute'})
  if (evicts && holds('Ready', 'Unknown')) taints.push({key: UNREACHABLE, effect: 'NoExecute'})
  return taints
}

const same = (left: DeepReadonly<Taint>, right: DeepReadonly<Taint>): boolean =>
  left.key === right.key && left.effect === right.effect

/** The node's taints as they should be; undefined where they are. `evicts`: whether pods may be driven off. */
export const taintsOf = (
  node: DeepReadonly<Node>,
  {nowMs, evicts}: {nowMs: number; evicts: boolean},
): DeepReadonly<Taint>[] | undefined => {
  const current = node.spec?.taints ?? []
  const wanted = wantedTaints(node, {evicts})
  const added = wanted.filter((taint) => !current.some((there) => same(there, taint)))
  const kept = current.filter((there) => !isOurs(there) || wanted.some((taint) => same(taint, there)))
  if (added.length === 0 && kept.length === current.length) return undefined
  return [...kept, ...added.map((taint) => ({...taint, timeAdded: timestamp(nowMs)}))]
}
