// Works off one controller's queue: no worker waits anywhere, a key that arrives starts one if there is room.
import type {Timer} from '../lib/clock.ts'
import {nextTurn} from '../lib/turn.ts'
import type {ControllerSpec, ReconcileContext} from './contract.ts'
import type {Informers} from './informers.ts'
import type {ReconcileMetrics} from './metrics.ts'
import {notingClient, OwnWrites} from './own-writes.ts'
import {WorkQueue} from './queue.ts'
import {isRace} from './race.ts'

export interface WorkersOptions {
  readonly context: ReconcileContext
  readonly informers: Informers
  readonly metrics: ReconcileMetrics
  readonly limit: number
  readonly onIdle: () => void
}

/** A cache that does not catch up for this long is worked with as it is. */
const LONGEST_WAIT_FOR_CACHE_MS = 60_000
/** Reconciles that need no I/O would otherwise run on without letting sockets and timers in. */
const LONGEST_TURN_MS = 8

export class Workers {
  readonly queue: WorkQueue
  readonly #spec: ControllerSpec
  readonly #options: WorkersOptions
  readonly #unseen = new Map<string, OwnWrites>()
  readonly #parked = new Map<string, () => void>()
  readonly #allDone = Promise.withResolvers<void>()
  #working = 0
  #turnStartedMs = 0
  #isOpen = false
  #isClosed = false
  #wasIdle = false

  constructor(spec: ControllerSpec, options: WorkersOptions) {
    this.#spec = spec
    this.#options = options
    this.queue = new WorkQueue({clock: options.context.clock, wake: () => this.#added()})
  }

  open(): void {
    this.#isOpen = true
    this.#fill()
  }
  /** Settles after what is in flight has ended. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.queue.close()
    for (const leave of this.#parked.values()) leave()
    if (this.#working > 0) await this.#allDone.promise
  }

  #added(): void {
    const {metrics} = this.#options
    metrics.added(this.#spec.name)
    metrics.depth(this.#spec.name, this.queue.depth)
    this.#fill()
  }
  #fill(): void {
    if (!this.#isOpen) return
    while (this.#working < this.#options.limit && this.queue.depth > 0) {
      this.#working += 1
      void this.#work()
    }
    if (this.#working === 0) this.#idle()
  }
  async #work(): Promise<void> {
    const {clock} = this.#options.context
    // Not in the turn of whoever added the key: more changes to the same key may follow at once.
    await nextTurn()
    this.#turnStartedMs = clock.monotonic()
    for (let taken = this.queue.take(); taken; taken = this.queue.take()) {
      this.#options.metrics.depth(this.#spec.name, this.queue.depth)
      this.#options.metrics.taken(this.#spec.name, taken.waitedMs)
      if (!this.#park(taken.key)) await this.#reconcile(taken.key)
      this.queue.done(taken.key)
      if (clock.monotonic() - this.#turnStartedMs < LONGEST_TURN_MS) continue
      await nextTurn()
      this.#turnStartedMs = clock.monotonic()
    }
    this.#working -= 1
    if (this.#isClosed && this.#working === 0) this.#allDone.resolve()
    else this.#fill()
  }
  #idle(): void {
    if (this.#wasIdle || this.#isClosed || !this.queue.isIdle) return
    this.#wasIdle = true
    this.#options.onIdle()
  }

  async #reconcile(key: string): Promise<void> {
    const {context, informers, metrics} = this.#options
    const startedMs = context.clock.monotonic()
    const writes = new OwnWrites(informers)
    const finished = (outcome: 'done' | 'again' | 'failed'): void =>
      metrics.finished(this.#spec.name, outcome, context.clock.monotonic() - startedMs)
    try {
      const client = notingClient(context.client, writes, context.signal)
      const result = await this.#spec.reconcile(key, {...context, client})
      this.queue.forget(key)
      if (result) this.queue.addAfter(key, result.requeueAfterMs)
      finished(result ? 'again' : 'done')
    } catch (error) {
      if (context.signal.aborted) return
      const retryMs = this.queue.addFailed(key)
      metrics.retried(this.#spec.name)
      finished('failed')
      if (isRace(error)) context.logger.debug('lost a race, looking again', {key, error, retryMs})
      else context.logger.error('reconcile failed', {key, error, retryMs})
    } finally {
      if (writes.unseen()) this.#unseen.set(key, writes)
    }
  }
  /** True when the key has to wait for a cache: it is added again when that has caught up. */
  #park(key: string): boolean {
    const {informers, context} = this.#options
    const writes = this.#unseen.get(key)
    const unseen = writes?.unseen()
    const informer = unseen && informers.peek(unseen.resource)
    if (!writes || !unseen || !informer) {
      this.#unseen.delete(key)
      return false
    }
    this.#parked.get(key)?.()
    let timer: Timer | undefined
    const leave = (): void => {
      cancel()
      timer?.cancel()
      this.#parked.delete(key)
    }
    const cancel = informer.when(
      () => writes.unseen() === undefined || writes.unseen()?.resource !== unseen.resource,
      () => {
        leave()
        this.queue.add(key)
      },
    )
    timer = context.clock.after(LONGEST_WAIT_FOR_CACHE_MS, () => {
      leave()
      this.#unseen.delete(key)
      this.queue.add(key)
    })
    this.#parked.set(key, leave)
    return true
  }
}
