// Watches over nodes: a kubelet that is silent for too long makes its node Unknown; conditions become taints; the pods
// of a node that is not ready are not ready either.
import {unlessReason} from '../../api/errors.ts'
import {leases, nodes, pods} from '../../api/resources.ts'
import type {Node, Pod} from '../../api/schema/types.gen.ts'
import {
  type Cached,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../../reconcile/contract.ts'
import {conditionOf} from '../objects/conditions.ts'
import {sendable} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {BY_NODE, nodeIndex} from '../pods/by-node.ts'
import {silentConditions, taintsOf} from './health.ts'

const LEASES = 'kube-node-lease'
/** How long a node may be silent, and how long a new one. */
const GRACE_MS = 50_000
const STARTUP_GRACE_MS = 60_000

interface Seen {
  /** What the kubelet last wrote, and when that was noticed here: the two clocks may differ. */
  readonly sign: string
  readonly atMs: number
}

const signOf = (node: Cached<Node>, {cache}: ReconcileContext): string => {
  const lease = cache(leases).get({namespace: LEASES, name: node.metadata.name})
  const ready = conditionOf(node.status?.conditions, 'Ready')
  return `${lease?.spec?.renewTime}|${ready?.status === 'Unknown' ? '' : ready?.lastHeartbeatTime}`
}

const isReady = (node: Cached<Node>): boolean => conditionOf(node.status?.conditions, 'Ready')?.status === 'True'

export const nodeLifecycleController = (): ControllerSpec => {
  const seen = new Map<string, Seen>()

  const silentForMs = (node: Cached<Node>, context: ReconcileContext): number => {
    const {name} = node.metadata
    const sign = signOf(node, context)
    const nowMs = context.clock.monotonic()
    const before = seen.get(name)
    if (!before) register(node, context)
    if (before?.sign === sign) return nowMs - before.atMs
    seen.set(name, {sign, atMs: nowMs})
    return 0
  }

  return {
    name: 'node-lifecycle-controller',
    identity: 'node-controller',
    watches: [
      watching({resource: nodes}),
      watching({
        resource: leases,
        // A renewal is only noted; it is urgent where the node was silent.
        toKeys: ({object: {metadata}}, context) => {
          if (metadata.namespace !== LEASES) return []
          const node = context.cache(nodes).getByKey(metadata.name)
          if (!node) return []
          silentForMs(node, context)
          return isReady(node) ? [] : [metadata.name]
        },
      }),
      watching({resource: pods, toKeys: () => [], indexes: {[BY_NODE]: nodeIndex}}),
    ],
    reconcile: async (name, context): Promise<Result> => {
      const node = context.cache(nodes).getByKey(name)
      if (!node) {
        seen.delete(name)
        return
      }
      const silentMs = silentForMs(node, context)
      const graceMs = conditionOf(node.status?.conditions, 'Ready') ? GRACE_MS : STARTUP_GRACE_MS
      if (silentMs >= graceMs) await declareSilent(node, context)
      await syncTaints(node, context)
      if (conditionOf(node.status?.conditions, 'Ready') && !isReady(node)) await markPodsNotReady(node, context)
      if (conditionOf(node.status?.conditions, 'Ready')?.status === 'Unknown') return
      return {requeueAfterMs: Math.max(graceMs - silentMs, 1000)}
    },
  }
}

const register = (node: Cached<Node>, {events}: ReconcileContext): void => {
  const {name} = node.metadata
  events.record(node, 'Normal', 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
}

const declareSilent = async (node: Cached<Node>, {client, clock, events}: ReconcileContext): Promise<void> => {
  const conditions = silentConditions(node, clock.now())
  if (!conditions) return
  const status = {...node.status, conditions}
  await client.update(nodes, sendable({...node, status}), {subresource: 'status'})
  if (isReady(node))
    events.record(node, 'Normal', 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`)
}

const syncTaints = async (node: Cached<Node>, {cache, client, clock}: ReconcileContext): Promise<void> => {
  // When every node is silent it is more likely that the master is cut off than that all of them are gone.
  const evicts = cache(nodes)
    .list()
    .some((other) => isReady(other))
  const taints = taintsOf(node, {nowMs: clock.now(), evicts})
  if (!taints) return
  const body = {
    metadata: {resourceVersion: node.metadata.resourceVersion},
    spec: {taints: taints.length ? taints : null},
  }
  await client.patch(nodes, {name: node.metadata.name}, {type: 'merge', body})
}

const markPodsNotReady = async (node: Cached<Node>, context: ReconcileContext): Promise<void> => {
  for (const pod of context.cache(pods).byIndex(BY_NODE, node.metadata.name)) await markNotReady(pod, context)
}

const markNotReady = async (pod: Cached<Pod>, {client, clock, events}: ReconcileContext): Promise<void> => {
  if (conditionOf(pod.status?.conditions, 'Ready')?.status !== 'True') return
  const {namespace, name, uid} = pod.metadata
  const condition = {type: 'Ready', status: 'False', lastTransitionTime: timestamp(clock.now())}
  const body = {metadata: {uid}, status: {conditions: [condition]}}
  await client
    .patch(pods, {namespace, name}, {type: 'strategic', body}, {subresource: 'status'})
    .catch(unlessReason('NotFound', 'Conflict'))
  events.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
}
