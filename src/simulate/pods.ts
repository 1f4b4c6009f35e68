// Every pod on a simulated node: seen, played through its life, and removed when it is deleted. Woken by changes of the
// pod and by its next moment; nothing is polled.

import {hasReason, unlessReason} from '../api/errors.ts'
import type {DeepReadonly} from '../api/object.ts'
import {keyOf, splitKey} from '../api/object.ts'
import {nodes as nodeResource, pods as podResource} from '../api/resources.ts'
import type {Node, Pod} from '../api/schema/types.gen.ts'
import {Deadlines} from '../lib/deadlines.ts'
import type {Cached, Change} from '../reconcile/contract.ts'
import {type Behaviour, behaviourOf} from './behaviour.ts'
import type {SimulatedNodes} from './nodes.ts'
import type {SimulateOptions} from './options.ts'
import {type PodLot, podMoment} from './pod-status.ts'
import {statusDiffers} from './status-differs.ts'
import {WorkQueue} from './work-queue.ts'

const WORKERS = 64
const RETRY_MS = 1000

const isOver = (pod: Cached<Pod>): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** From before a restart of the daemon: when its containers began. */
const runningSince = (pod: Cached<Pod>): number | undefined => {
  const startedAt = pod.status?.containerStatuses?.find(({state}) => state?.running)?.state?.running?.startedAt
  return startedAt === undefined ? undefined : Date.parse(startedAt)
}

/**
 * A pod of a StatefulSet comes back under its own name. `kubectl delete` asks for the pod and then watches its name: it
 * must be able to see the old one go, which takes it some milliseconds.
 */
const comesBackMs = (pod: Cached<Pod>): number =>
  pod.metadata.ownerReferences?.some(({kind, controller}) => controller && kind === 'StatefulSet') ? 40 : 0

export class SimulatedPods implements AsyncDisposable {
  readonly #options: SimulateOptions
  readonly #nodes: SimulatedNodes
  readonly #lots = new Map<string, PodLot>()
  /** When the deletion of a pod was noticed. */
  readonly #stopping = new Map<string, number>()
  readonly #queue = new WorkQueue({workers: WORKERS, work: (key) => this.#sync(key)})
  readonly #moments: Deadlines
  readonly #cache
  readonly #nodeCache
  readonly #stopListening: readonly (() => void)[]

  constructor(options: SimulateOptions, nodes: SimulatedNodes) {
    this.#options = options
    this.#nodes = nodes
    this.#moments = new Deadlines(options.clock, (key) => this.#queue.add(key))
    const pods = options.informers.informer(podResource)
    const nodeInformer = options.informers.informer(nodeResource)
    this.#cache = pods.cache
    this.#nodeCache = nodeInformer.cache
    pods.addIndex('node', (pod) => (pod.spec?.nodeName ? [pod.spec.nodeName] : []))
    this.#stopListening = [
      pods.onChange((change) => this.#changed(change)),
      nodes.onAdopted((name) => this.#adopt(name)),
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stopListening) stop()
    this.#moments[Symbol.dispose]()
    await this.#queue.close()
  }

  #changed({type, object}: Change<Pod>): void {
    if (!this.#nodes.has(object.spec?.nodeName)) return
    if (type === 'deleted') this.#forget(object)
    else this.#queue.add(keyOf(object))
  }

  #adopt(node: string): void {
    for (const pod of this.#cache.byIndex('node', node)) this.#queue.add(keyOf(pod))
  }

  #forget(pod: Cached<Pod>): void {
    const {uid} = pod.metadata
    const lot = this.#lots.get(uid)
    this.#moments.delete(keyOf(pod))
    this.#lots.delete(uid)
    this.#stopping.delete(uid)
    if (lot) this.#nodes.releaseAddress(pod.spec?.nodeName, lot.podIPs[0] ?? '')
  }

  async #sync(key: string): Promise<void> {
    const pod = this.#cache.getByKey(key)
    if (!pod || !this.#nodes.has(pod.spec?.nodeName) || this.#nodes.isSilent(pod.spec?.nodeName)) return
    try {
      await (pod.metadata.deletionTimestamp ? this.#remove(pod) : this.#play(pod))
    } catch (error) {
      if (this.#options.signal.aborted) return
      this.#moments.set(key, RETRY_MS)
      if (hasReason(error, 'Conflict', 'NotFound', 'Invalid')) return
      this.#options.logger.warn('a simulated pod could not be written', {pod: key, error: String(error)})
    }
  }

  async #remove(pod: Cached<Pod>): Promise<void> {
    const {uid, finalizers, deletionGracePeriodSeconds, deletionTimestamp} = pod.metadata
    if (finalizers?.length && (isOver(pod) || deletionGracePeriodSeconds === 0)) return
    const noticedAtMs = this.#stopping.get(uid) ?? this.#options.clock.now()
    this.#stopping.set(uid, noticedAtMs)
    const waitMs = Math.max(
      this.#stopDelayLeft(pod, Date.parse(deletionTimestamp ?? '')),
      noticedAtMs + comesBackMs(pod) - this.#options.clock.now(),
    )
    if (waitMs > 0) {
      this.#moments.set(keyOf(pod), waitMs)
      return
    }
    await this.#options.client
      .delete(podResource, splitKey(keyOf(pod)), {
        gracePeriodSeconds: 0,
        preconditions: {uid},
        signal: this.#options.signal,
      })
      .catch(unlessReason('NotFound', 'Conflict'))
  }

  /** deletionTimestamp is when the grace period ends, so the pod was asked to stop that much earlier. */
  #stopDelayLeft(pod: Cached<Pod>, deadlineMs: number): number {
    const {stopDelayMs} = behaviourOf(pod, this.#nodeOf(pod))
    const askedAtMs = deadlineMs - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000
    return stopDelayMs === 0 ? 0 : Math.min(askedAtMs + stopDelayMs, deadlineMs) - this.#options.clock.now()
  }

  async #play(pod: Cached<Pod>): Promise<void> {
    if (isOver(pod)) return
    const nowMs = this.#options.clock.now()
    const moment = podMoment(pod, this.#lotOf(pod), nowMs)
    if (moment.nextAtMs !== undefined) this.#moments.set(keyOf(pod), moment.nextAtMs - nowMs)
    if (!statusDiffers(pod.status, moment.status)) return
    const body = {metadata: {uid: pod.metadata.uid}, status: moment.status}
    await this.#options.client.patch(
      podResource,
      splitKey(keyOf(pod)),
      {type: 'merge', body},
      {subresource: 'status', signal: this.#options.signal},
    )
  }

  #nodeOf(pod: Cached<Pod>): DeepReadonly<Node> | undefined {
    return this.#nodeCache.getByKey(pod.spec?.nodeName ?? '')
  }

  /** Behaviour may be edited while the pod lives; what was drawn for it stays. */
  #lotOf(pod: Cached<Pod>): PodLot {
    const behaviour = behaviourOf(pod, this.#nodeOf(pod))
    const known = this.#lots.get(pod.metadata.uid)
    const lot = known ? {...known, behaviour} : this.#draw(pod, behaviour)
    this.#lots.set(pod.metadata.uid, lot)
    return lot
  }

  #draw(pod: Cached<Pod>, behaviour: Behaviour): PodLot {
    const {clock, random} = this.#options
    const node = pod.spec?.nodeName ?? ''
    const startTime = pod.status?.startTime
    const acceptedAtMs = startTime ? Date.parse(startTime) : clock.now()
    const jitterMs = behaviour.jitterMs * random.next()
    return {
      acceptedAtMs,
      startedAtMs: runningSince(pod) ?? acceptedAtMs + behaviour.startDelayMs + jitterMs,
      chance: random.next(),
      podIPs: pod.spec?.hostNetwork ? [] : this.#nodes.podAddresses(node, pod.status?.podIP),
      hostIP: this.#nodes.addressOf(node),
      behaviour,
    }
  }
}
