// Pods nobody else looks after: on nodes that are gone, on their way out without ever having had a node, and ended ones
// beyond a number.
import {hasReason, unlessReason} from '../api/errors.ts'
import {nodes, pods} from '../api/resources.ts'
import type {Node, Pod} from '../api/schema/types.gen.ts'
import {
  type Cached,
  type Change,
  type ControllerSpec,
  type ReconcileContext,
  type Result,
  watching,
} from '../reconcile/contract.ts'
import {isConditionTrue} from './objects/conditions.ts'
import {timestamp} from './objects/times.ts'
import {BY_NODE, nodeIndex} from './pods/by-node.ts'
import {isFinished, isTerminating} from './pods/facts.ts'

/** A node may be registered again. */
const QUARANTINE_MS = 40_000
const MOST_ENDED = 12_500
const ENDED = 'ended'
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

const keyOf = ({metadata}: Cached<Pod>): string => `${metadata.namespace}/${metadata.name}`

const podKeys = ({type, object}: Change<Pod>, {cache}: ReconcileContext): readonly string[] => {
  if (type === 'deleted') return []
  const keys: string[] = []
  const node = object.spec?.nodeName
  if (isTerminating(object) || (node && !cache(nodes).get({name: node}))) keys.push(keyOf(object))
  if (cache(pods).size > MOST_ENDED && isFinished(object)) keys.push(ENDED)
  return keys
}

const nodeKeys = ({type, object, previous}: Change<Node>, {cache}: ReconcileContext): readonly string[] => {
  const isTainted = object.spec?.taints?.some(({key}) => key === OUT_OF_SERVICE)
  if (type !== 'deleted' && !(isTainted && type === 'updated' && previous)) return []
  return cache(pods).byIndex(BY_NODE, object.metadata.name).map(keyOf)
}

/** Since when a node is missing, by its name. */
const missingOf = new WeakMap<AbortSignal, Map<string, number>>()

export const podGarbageCollector: ControllerSpec = {
  name: 'pod-garbage-collector-controller',
  identity: 'pod-garbage-collector',
  watches: [
    watching({resource: nodes, toKeys: nodeKeys}),
    watching({resource: pods, toKeys: podKeys, indexes: {[BY_NODE]: nodeIndex}}),
  ],
  start: ({signal}) => {
    missingOf.set(signal, new Map())
  },
  reconcile: async (key, context) => {
    if (key === ENDED) return removeEnded(context)
    const pod = context.cache(pods).getByKey(key)
    if (!pod) return undefined
    const {nodeName} = pod.spec ?? {}
    if (!nodeName) return isTerminating(pod) ? remove(pod, undefined, context) : undefined
    const node = context.cache(nodes).get({name: nodeName})
    if (!node) return orphaned(pod, nodeName, context)
    missingOf.get(context.signal)?.delete(nodeName)
    const isLost =
      isTerminating(pod) &&
      node.spec?.taints?.some((taint) => taint.key === OUT_OF_SERVICE) &&
      !isConditionTrue(node.status?.conditions, 'Ready')
    return isLost ? remove(pod, 'PodGC: node is out-of-service', context) : undefined
  },
}

const orphaned = async (pod: Cached<Pod>, node: string, context: ReconcileContext): Promise<Result> => {
  const {clock, client, signal} = context
  const missing = missingOf.get(signal)
  const sinceMs = missing?.get(node) ?? clock.now()
  missing?.set(node, sinceMs)
  const leftMs = sinceMs + QUARANTINE_MS - clock.now()
  if (leftMs > 0) return {requeueAfterMs: leftMs}
  const isThere = await client.get(nodes, {name: node}).catch(unlessReason('NotFound'))
  return isThere ? undefined : remove(pod, 'PodGC: node no longer exists', context)
}

/** `why`: the pod had a node, and what became of it is written down first. */
const remove = async (
  pod: Cached<Pod>,
  why: string | undefined,
  {client, clock}: ReconcileContext,
): Promise<undefined> => {
  const {namespace, name, uid} = pod.metadata
  if (why !== undefined && !isFinished(pod)) {
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: why,
      lastTransitionTime: timestamp(clock.now()),
      observedGeneration: pod.metadata.generation,
    }
    const body = {metadata: {uid}, status: {phase: 'Failed', conditions: [condition]}}
    await client
      .patch(pods, {namespace, name}, {type: 'strategic', body}, {subresource: 'status'})
      .catch(unlessReason('NotFound'))
  }
  try {
    await client.delete(pods, {namespace, name}, {gracePeriodSeconds: 0, preconditions: {uid}})
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
  return undefined
}

const removeEnded = async (context: ReconcileContext): Promise<undefined> => {
  const ended = context.cache(pods).list().filter(isFinished)
  const surplus = [...ended]
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
    .slice(0, Math.max(0, ended.length - MOST_ENDED))
  for (const pod of surplus) await remove(pod, undefined, context)
  return undefined
}
