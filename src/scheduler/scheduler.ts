// The scheduler's loop: takes the next pod, decides without waiting, assumes the outcome and lets the binding finish on
// its own while the next pod is decided.
import {hasReason} from '../api/errors.ts'
import {podDisruptionBudgets, pods} from '../api/resources.ts'
import type {PodDisruptionBudget} from '../api/schema/types.gen.ts'
import type {Cache} from '../reconcile/contract.ts'
import {NodeChooser} from './choose-node.ts'
import type {Cluster} from './cluster.ts'
import {type Diagnosis, fitMessage, rejectedBy} from './diagnosis.ts'
import type {BindContext, Plugin} from './framework.ts'
import {plugins as allPlugins} from './index.ts'
import type {NodeInfo} from './node-info.ts'
import type {SchedulerOptions} from './options.ts'
import type {PodInfo} from './pod-info.ts'
import {evictVictims} from './preempt.ts'
import {planPreemption} from './preemption.ts'
import {type QueuedPod, SchedulingQueue} from './queue.ts'
import {writeStatus} from './status.ts'

/** How long pods are decided in one go before others in this process get their turn. */
const SLICE_MS = 8
/** Bindings under way; more would only pile up in memory. */
const MOST_BINDINGS = 256

export class Scheduler implements AsyncDisposable {
  readonly queue: SchedulingQueue
  readonly #options: SchedulerOptions
  readonly #cluster: Cluster
  readonly #plugins: readonly Plugin[]
  readonly #chooser: NodeChooser
  readonly #budgets: Cache<PodDisruptionBudget>
  readonly #underWay = new Set<Promise<void>>()
  #scheduled = false
  #closed = false

  constructor(options: SchedulerOptions, cluster: Cluster) {
    this.#options = options
    this.#cluster = cluster
    this.#plugins = options.plugins ?? allPlugins
    this.#chooser = new NodeChooser(this.#plugins, options.random)
    this.#budgets = options.informers.informer(podDisruptionBudgets).cache
    this.queue = new SchedulingQueue({clock: options.clock, plugins: this.#plugins, onReady: () => this.#wake()})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.queue[Symbol.dispose]()
    await Promise.allSettled(this.#underWay)
  }

  #wake(): void {
    if (this.#scheduled || this.#closed) return
    this.#scheduled = true
    setImmediate(() => this.#slice())
  }

  #slice(): void {
    this.#scheduled = false
    const {clock} = this.#options
    const untilMs = clock.monotonic() + SLICE_MS
    while (!this.#closed && this.#underWay.size < MOST_BINDINGS && clock.monotonic() < untilMs) {
      const next = this.queue.pop()
      if (!next) return
      this.#schedule(next)
    }
    if (!this.queue.isEmpty && this.#underWay.size < MOST_BINDINGS) this.#wake()
  }

  #schedule(queued: QueuedPod): void {
    const {info} = queued
    if (info.pod.metadata.deletionTimestamp) return
    try {
      if (this.#cluster.nodes.length === 0) {
        this.#refuse(queued, 'no nodes available to schedule pods', new Set())
        return
      }
      const choice = this.#chooser.choose(info, this.#cluster)
      if (choice.kind === 'node') this.#assume(queued, choice.node)
      else this.#didNotFit(queued, choice.diagnosis)
    } catch (error) {
      this.#failed(queued, error)
    }
  }

  #assume(queued: QueuedPod, node: NodeInfo): void {
    const {info} = queued
    const undo = this.#plugins.flatMap((plugin) => plugin.reserve?.(info, node, this.#cluster) ?? [])
    this.#cluster.withdraw(info.uid)
    this.#cluster.place(info, node.name)
    this.#track(this.#bind(queued, node, undo))
  }

  async #bind(queued: QueuedPod, node: NodeInfo, undo: readonly (() => void)[]): Promise<void> {
    const {info} = queued
    const {client, clock, events, signal} = this.#options
    const context: BindContext = {client, clock, cluster: this.#cluster, signal}
    try {
      for (const plugin of this.#plugins) if (plugin.preBind) await plugin.preBind(info, node, context)
      await this.#postBinding(info, node)
      for (const giveBack of undo) giveBack()
      events.record(info.pod, 'Normal', 'Scheduled', `Successfully assigned ${info.key} to ${node.name}`)
    } catch (error) {
      for (const giveBack of undo) giveBack()
      this.#unassume(info)
      this.#failed(queued, error)
    }
  }

  async #postBinding({pod, uid}: PodInfo, node: NodeInfo): Promise<void> {
    const {name, namespace} = pod.metadata
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: {name, namespace, uid},
      target: {kind: 'Node', name: node.name},
    }
    await this.#options.client.post(pods, {namespace, name}, 'binding', binding, {signal: this.#options.signal})
  }

  /** Room that was taken in vain is free again. */
  #unassume(info: PodInfo): void {
    const node = this.#cluster.placeOf(info.uid)
    if (!this.#cluster.displace(info.uid) || !node) return
    this.queue.moveOn({kind: 'pod-gone', pod: info, nodeName: node.name})
  }

  #didNotFit(queued: QueuedPod, diagnosis: Diagnosis): void {
    const {cluster, plugins, budgets, random} = {
      cluster: this.#cluster,
      plugins: this.#plugins,
      budgets: this.#budgets.list(),
      random: this.#options.random,
    }
    const outcome = planPreemption(queued.info, diagnosis, {cluster, plugins, budgets, random})
    if (outcome.kind === 'plan') {
      const {node, victims} = outcome.plan
      cluster.nominate(queued.info, node.name)
      this.#refuse(queued, fitMessage(diagnosis), rejectedBy(diagnosis), node.name)
      this.#track(this.#evict(queued.info, victims, node.name))
    } else {
      if (outcome.clears) cluster.withdraw(queued.info.uid)
      const nominated = outcome.clears && queued.info.pod.status?.nominatedNodeName ? '' : undefined
      this.#refuse(queued, fitMessage(diagnosis, outcome.message), rejectedBy(diagnosis), nominated)
    }
  }

  async #evict(info: PodInfo, victims: readonly PodInfo[], nodeName: string): Promise<void> {
    try {
      await evictVictims(info, {victims, nodeName}, this.#options)
    } catch (error) {
      this.#cluster.withdraw(info.uid)
      this.#complain(info, error)
    }
  }

  /** It has to wait; the user is told why. */
  #refuse(queued: QueuedPod, message: string, by: ReadonlySet<string>, nominatedNodeName?: string): void {
    this.queue.park(queued, by)
    this.#tell(queued.info, {reason: 'Unschedulable', message, nominatedNodeName})
  }

  #failed(queued: QueuedPod, error: unknown): void {
    if (this.#options.signal.aborted) return
    // Deleted, or bound by somebody else: the informer tells.
    if (hasReason(error, 'NotFound')) return
    this.#complain(queued.info, error)
    if (this.#cluster.placeOf(queued.info.uid)) return
    this.queue.retry(queued)
    const message = error instanceof Error ? error.message : String(error)
    this.#tell(queued.info, {reason: 'SchedulerError', message})
  }

  #tell(
    info: PodInfo,
    {reason, message, nominatedNodeName}: {reason: string; message: string; nominatedNodeName?: string | undefined},
  ): void {
    const {client, clock, events, signal} = this.#options
    events.record(info.pod, 'Warning', 'FailedScheduling', message)
    const condition = {type: 'PodScheduled', status: 'False', reason, message}
    const written = writeStatus(client, info, {condition, nominatedNodeName}, {nowMs: clock.now(), signal})
    this.#track(
      written.catch((error: unknown) => {
        if (!signal.aborted && !hasReason(error, 'NotFound', 'Conflict')) this.#complain(info, error)
      }),
    )
  }

  #complain(info: PodInfo, error: unknown): void {
    if (this.#options.signal.aborted) return
    this.#options.logger.warn('a pod could not be scheduled', {pod: info.key, error: String(error)})
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work)
    void work.finally(() => {
      this.#underWay.delete(work)
      if (!this.queue.isEmpty) this.#wake()
    })
  }
}
