// Pods leave nodes with a NoExecute taint they do not tolerate: at once, or when the time they tolerate it for is up.
import {unlessReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import type {DeepReadonly} from '../../api/object.ts'
import {keyOf, splitKey} from '../../api/object.ts'
import {nodes, pods} from '../../api/resources.ts'
import {isTolerated} from '../../api/scheduling/taints.ts'
import type {Node, Pod, Taint} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {conditionOf} from '../objects/conditions.ts'
import {timeMs, timestamp} from '../objects/times.ts'
import {BY_NODE, nodeIndex} from '../pods/by-node.ts'

const isEvicting = ({effect}: DeepReadonly<Taint>): boolean => effect === 'NoExecute'
const evictingOf = (node: Cached<Node> | undefined): readonly DeepReadonly<Taint>[] =>
  (node?.spec?.taints ?? []).filter(isEvicting)

/** When the pod has to go: `never`, or a time. */
const leavesAtMs = (pod: Cached<Pod>, taints: readonly DeepReadonly<Taint>[], nowMs: number): number | 'never' => {
  let earliest: number | 'never' = 'never'
  for (const taint of taints) {
    const matching = (pod.spec?.tolerations ?? []).filter((toleration) => isTolerated(taint, [toleration]))
    if (matching.length === 0) return nowMs
    const seconds = matching.flatMap(({tolerationSeconds}) => tolerationSeconds ?? [])
    if (seconds.length === 0) continue
    const sinceMs = timeMs(taint.timeAdded)
    const endMs = (Number.isNaN(sinceMs) ? nowMs : sinceMs) + Math.max(Math.min(...seconds), 0) * 1000
    earliest = earliest === 'never' ? endMs : Math.min(earliest, endMs)
  }
  return earliest
}

const evict = async (pod: Cached<Pod>, {client, clock, events}: ReconcileContext): Promise<void> => {
  const name = splitKey(keyOf(pod))
  events.record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`)
  if (!conditionOf(pod.status?.conditions, 'DisruptionTarget')) {
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: timestamp(clock.now()),
    }
    const body = {metadata: {uid: pod.metadata.uid}, status: {conditions: [condition]}}
    await client
      .patch(pods, name, {type: 'strategic', body}, {subresource: 'status'})
      .catch(unlessReason('NotFound', 'Conflict'))
  }
  await client.delete(pods, name, {preconditions: {uid: pod.metadata.uid}}).catch(unlessReason('NotFound', 'Conflict'))
}

export const taintEvictionController: ControllerSpec = {
  name: 'taint-eviction-controller',
  identity: 'node-controller',
  watches: [
    watching({
      resource: pods,
      indexes: {[BY_NODE]: nodeIndex},
      toKeys: ({object}, {cache}) =>
        evictingOf(cache(nodes).getByKey(object.spec?.nodeName ?? '')).length > 0 ? [keyOf(object)] : [],
    }),
    watching({
      resource: nodes,
      toKeys: ({object, previous}, {cache}) =>
        isSame(evictingOf(object), evictingOf(previous))
          ? []
          : cache(pods).byIndex(BY_NODE, object.metadata.name).map(keyOf),
    }),
  ],
  reconcile: async (key, context): Promise<Result> => {
    const pod = context.cache(pods).getByKey(key)
    if (!pod?.spec?.nodeName || pod.metadata.deletionTimestamp) return
    const taints = evictingOf(context.cache(nodes).getByKey(pod.spec.nodeName))
    const nowMs = context.clock.now()
    const atMs = leavesAtMs(pod, taints, nowMs)
    if (atMs === 'never') return
    if (atMs > nowMs) return {requeueAfterMs: atMs - nowMs}
    await evict(pod, context)
    return
  },
}
