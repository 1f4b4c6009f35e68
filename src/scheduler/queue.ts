// Pods that wait for a node: ready to be tried (active), to be tried again after a while (back-off), and those that
// wait for something to change in the cluster (unschedulable, gated ones included).
import {backoffMs} from '../lib/backoff.ts'
import type {Clock, Timer} from '../lib/clock.ts'
import {Heap} from '../lib/heap.ts'
import type {ClusterEvent} from './events.ts'
import type {Plugin} from './framework.ts'
import {prioritySort, type Sortable} from './plugins/priority-sort.ts'
import type {PodInfo} from './pod-info.ts'

export interface QueuedPod extends Sortable {
  info: PodInfo
  readonly key: string
  /** How often it was tried in vain, and how often trying failed for other reasons. */
  attempts: number
  errors: number
  /** Which plugins said no the last time. */
  rejectedBy: ReadonlySet<string>
  gatedBy: string | undefined
  /** When its back-off is over. */
  readyAtMs: number
  parkedAtMs: number
}

const BACKOFF = {firstMs: 1000, maxMs: 10_000}
/** Whoever waited this long is tried again without a reason. */
const LONGEST_WAIT_MS = 300_000

export interface QueueOptions {
  readonly clock: Clock
  readonly plugins: readonly Plugin[]
  /** Called when there is something to pop. */
  readonly onReady: () => void
}

export class SchedulingQueue implements Disposable {
  readonly #options: QueueOptions
  readonly #active = new Heap<QueuedPod>({keyOf: ({key}) => key, before: prioritySort.isBefore})
  readonly #backoff = new Heap<QueuedPod>({
    keyOf: ({key}) => key,
    before: (left, right) => left.readyAtMs < right.readyAtMs,
  })
  readonly #parked = new Map<string, QueuedPod>()
  #sequence = 0
  #backoffTimer: Timer | undefined
  #flushTimer: Timer | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  get sizes(): {readonly active: number; readonly backoff: number; readonly unschedulable: number} {
    return {active: this.#active.size, backoff: this.#backoff.size, unschedulable: this.#parked.size}
  }

  has(key: string): boolean {
    return this.#active.has(key) || this.#backoff.has(key) || this.#parked.has(key)
  }

  add(info: PodInfo): void {
    this.remove(info.key)
    const pod: QueuedPod = {
      info,
      key: info.key,
      priority: info.priority,
      queuedAtMs: this.#options.clock.now(),
      sequence: this.#sequence++,
      attempts: 0,
      errors: 0,
      rejectedBy: new Set(),
      gatedBy: undefined,
      readyAtMs: 0,
      parkedAtMs: 0,
    }
    this.#admit(pod)
  }

  remove(key: string): void {
    this.#active.delete(key)
    this.#backoff.delete(key)
    this.#parked.delete(key)
  }

  /** A newer copy of the pod that changes nothing for its place in the queue. */
  refresh(info: PodInfo): void {
    const {key} = info
    const queued = this.#active.get(key) ?? this.#backoff.get(key) ?? this.#parked.get(key)
    if (queued) queued.info = info
  }

  /** The pod itself was changed by somebody; it keeps its place, and may have become schedulable. */
  update(info: PodInfo, event: ClusterEvent): void {
    const {key} = info
    const waiting = this.#active.get(key) ?? this.#backoff.get(key)
    if (waiting) {
      waiting.info = info
      if (waiting.priority !== info.priority) this.add(info)
      return
    }
    const parked = this.#parked.get(key)
    if (!parked) {
      this.add(info)
      return
    }
    parked.info = info
    if (parked.gatedBy !== undefined || this.#mayHelp(parked, event)) this.#unpark(parked)
  }

  /** The next pod to try: the most important active one, or else whoever is backing off because it did not fit. */
  pop(): QueuedPod | undefined {
    const next = this.#active.pop() ?? this.#popBackoff()
    if (next) next.attempts++
    return next
  }

  get isEmpty(): boolean {
    return this.#active.size === 0 && this.#nextBackoff() === undefined
  }

  /** It did not fit: wait until one of those who said no hears good news. */
  park(pod: QueuedPod, rejectedBy: ReadonlySet<string>): void {
    pod.rejectedBy = rejectedBy
    pod.parkedAtMs = this.#options.clock.monotonic()
    this.#parked.set(pod.key, pod)
    this.#armFlush()
  }

  /** Something went wrong: again, later. */
  retry(pod: QueuedPod): void {
    pod.errors++
    this.#backOff(pod, pod.errors)
  }

  /** Wakes everybody this event could help. */
  moveOn(event: ClusterEvent): void {
    if (this.#parked.size === 0) return
    for (const pod of [...this.#parked.values()])
      if (pod.gatedBy === undefined && this.#mayHelp(pod, event)) this.#unpark(pod)
  }

  /** Everybody at once: victims are gone, or nobody knows what changed. */
  moveAll(): void {
    for (const pod of [...this.#parked.values()]) if (pod.gatedBy === undefined) this.#unpark(pod)
  }

  [Symbol.dispose](): void {
    this.#backoffTimer?.cancel()
    this.#flushTimer?.cancel()
    this.#backoffTimer = undefined
    this.#flushTimer = undefined
  }

  #mayHelp({info, rejectedBy}: QueuedPod, event: ClusterEvent): boolean {
    if (rejectedBy.size === 0) return true
    return this.#options.plugins.some(({name, wakes}) => rejectedBy.has(name) && wakes?.[event.kind]?.(info, event))
  }

  #unpark(pod: QueuedPod): void {
    this.#parked.delete(pod.key)
    const waitedMs = this.#options.clock.monotonic() - pod.parkedAtMs
    if (pod.gatedBy !== undefined || waitedMs >= backoffMs(pod.attempts, BACKOFF)) this.#admit(pod)
    else this.#backOff(pod, pod.attempts, waitedMs)
  }

  #admit(pod: QueuedPod): void {
    pod.gatedBy = this.#gate(pod.info)
    if (pod.gatedBy !== undefined) {
      this.park(pod, new Set(['SchedulingGates']))
      return
    }
    this.#active.set(pod)
    this.#options.onReady()
  }

  #gate(info: PodInfo): string | undefined {
    for (const plugin of this.#options.plugins) {
      const reason = plugin.gate?.(info)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  #backOff(pod: QueuedPod, failures: number, waitedMs = 0): void {
    pod.readyAtMs = this.#options.clock.monotonic() + Math.max(backoffMs(failures, BACKOFF) - waitedMs, 0)
    this.#backoff.set(pod)
    this.#armBackoff()
    if (!this.isEmpty) this.#options.onReady()
  }

  /** Nothing else to do: there is no point in waiting, except where the API server failed. */
  #nextBackoff(): QueuedPod | undefined {
    const next = this.#backoff.peek()
    if (!next) return undefined
    return next.errors === 0 || next.readyAtMs <= this.#options.clock.monotonic() ? next : undefined
  }

  #popBackoff(): QueuedPod | undefined {
    const next = this.#nextBackoff()
    if (next) this.#backoff.delete(next.key)
    return next
  }

  #armBackoff(): void {
    this.#backoffTimer?.cancel()
    const next = this.#backoff.peek()
    if (!next) return
    const delayMs = next.readyAtMs - this.#options.clock.monotonic()
    this.#backoffTimer = this.#options.clock.after(Math.ceil(delayMs), () => this.#backoffOver())
  }

  #backoffOver(): void {
    const nowMs = this.#options.clock.monotonic()
    for (let next = this.#backoff.peek(); next && next.readyAtMs <= nowMs; next = this.#backoff.peek()) {
      this.#backoff.delete(next.key)
      this.#admit(next)
    }
    this.#armBackoff()
  }

  #armFlush(): void {
    this.#flushTimer ??= this.#options.clock.after(LONGEST_WAIT_MS / 10, () => {
      this.#flushTimer = undefined
      const nowMs = this.#options.clock.monotonic()
      for (const pod of [...this.#parked.values()])
        if (pod.gatedBy === undefined && nowMs - pod.parkedAtMs >= LONGEST_WAIT_MS) this.#unpark(pod)
      if ([...this.#parked.values()].some(({gatedBy}) => gatedBy === undefined)) this.#armFlush()
    })
  }
}
