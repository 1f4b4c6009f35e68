// One watch on the store for everybody. Events go to channels, one a resource; a watcher joins a channel after it has
// seen everything before. A channel keeps its last events, so that most watchers never ask the store for the past.
import type {Logger} from '../../lib/logger.ts'
import type {Revision, Store, StoreEvent, Watch} from '../../store/contract.ts'
import {resourcePrefixOf, rootPrefix} from '../registry/keys.ts'

export interface Listener {
  /** Events of the channel, in order. Called synchronously: must be quick and must not throw. */
  onEvents(events: readonly StoreEvent[]): void
  /** Nothing else happened up to this revision. */
  onProgress(revision: Revision): void
  onEnd(): void
}

const keptEvents = 512

class Channel {
  readonly listeners = new Set<Listener>()
  readonly recent: StoreEvent[] = []
  /** Everything after this revision is in `recent`. */
  since: Revision

  constructor(since: Revision) {
    this.since = since
  }

  add(events: readonly StoreEvent[]): void {
    this.recent.push(...events)
    if (this.recent.length > 2 * keptEvents) {
      const gone = this.recent.splice(0, this.recent.length - keptEvents)
      this.since = gone.at(-1)?.revision ?? this.since
    }
    for (const listener of this.listeners) listener.onEvents(events)
  }
}

export class WatchHub {
  readonly #store: Store
  readonly #logger: Logger
  readonly #channels = new Map<string, Channel>()
  readonly #start: Revision
  #watch: Watch | undefined
  #running: Promise<void> | undefined
  #revision: Revision
  #closed = false

  constructor(store: Store, logger: Logger) {
    this.#store = store
    this.#logger = logger
    this.#start = this.#revision = store.currentRevision()
    this.#run()
  }

  /** Everything up to here has been handed to the listeners. */
  get revision(): Revision {
    return this.#revision
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Joins when the channel still knows all that came after `from`; those events are handed over at once. */
  join(prefix: string, from: Revision, listener: Listener): boolean {
    if (this.#closed) return false
    const channel = this.#channel(prefix)
    if (from < channel.since) return false
    const missed = channel.recent.filter((event) => event.revision > from)
    if (missed.length > 0) listener.onEvents(missed)
    channel.listeners.add(listener)
    return true
  }

  leave(prefix: string, listener: Listener): void {
    this.#channels.get(prefix)?.listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#watch?.close()
    await this.#running
    this.#endAll()
  }

  #channel(prefix: string): Channel {
    let channel = this.#channels.get(prefix)
    // Nothing of a channel was thrown away before it existed, so it knows all since the hub began only if it was
    // there from the beginning; a new one knows what comes after now.
    if (!channel) this.#channels.set(prefix, (channel = new Channel(this.#revision)))
    return channel
  }

  #run(): void {
    this.#watch = this.#store.watch(rootPrefix, this.#start)
    this.#running = this.#pump(this.#watch)
  }

  async #pump(watch: Watch): Promise<void> {
    try {
      for await (const batch of watch) {
        this.#dispatch(batch.events)
        this.#revision = batch.revision
        if (batch.events.length === 0) this.#progress()
      }
    } catch (error) {
      this.#logger.error('the watch on the store broke; watchers start anew', {error})
      this.#recover()
    }
  }

  /** Watchers cannot be told what was missed: they are ended, and list again. */
  #recover(): void {
    this.#endAll()
    this.#channels.clear()
    if (this.#closed) return
    this.#revision = this.#store.currentRevision()
    this.#watch = this.#store.watch(rootPrefix, this.#revision)
    this.#running = this.#pump(this.#watch)
  }

  #dispatch(events: readonly StoreEvent[]): void {
    let from = 0
    while (from < events.length) {
      const prefix = resourcePrefixOf(events[from]?.key ?? '')
      let to = from + 1
      while (to < events.length && events[to]?.key.startsWith(prefix)) to++
      this.#channels.get(prefix)?.add(from === 0 && to === events.length ? events : events.slice(from, to))
      from = to
    }
  }

  #progress(): void {
    for (const channel of this.#channels.values())
      for (const listener of channel.listeners) listener.onProgress(this.#revision)
  }

  #endAll(): void {
    for (const channel of this.#channels.values()) for (const listener of [...channel.listeners]) listener.onEnd()
  }
}
