// One client's watch: first what is there (where asked for), then what was missed, then what comes. Whoever shows the
// events (a connection, a caller in this process) is its sink; a sink that does not keep up is cut off.
import {ApiError} from '../../api/errors.ts'
import type {Revision, StoreEvent, Watch} from '../../store/contract.ts'
import {CompactedError} from '../../store/contract.ts'
import {expired} from '../errors.ts'
import type {Seen} from './events.ts'
import type {Listener, WatchHub} from './hub.ts'

export interface Sink {
  event(seen: Seen): void
  bookmark(revision: Revision, options: {readonly endsInitialEvents: boolean}): void
  /** The past asked for is gone (410), or an event cannot be shown. */
  failed(error: ApiError): void
  end(): void
}

export interface WatcherOptions {
  readonly hub: WatchHub
  /** A watch on the store from a revision that the hub no longer knows. */
  readonly past: (from: Revision) => Watch
  readonly prefix: string
  /** The part of the channel this watcher may see: keys under it, or (`exact`) one key. */
  readonly keyPrefix: string
  readonly initial: readonly Seen[] | undefined
  readonly from: Revision
  /** What must be done before events can be seen; they wait for it in their order. */
  readonly prepare?: ((events: readonly StoreEvent[]) => Promise<void>) | undefined
  readonly see: (event: StoreEvent) => Seen | undefined
  readonly bookmarks: boolean
  /** Ends the initial events with a bookmark. */
  readonly marksInitialEnd: boolean
}

export class Watcher implements Listener {
  readonly #options: WatcherOptions
  #sink: Sink | undefined
  #revision: Revision
  #past: Watch | undefined
  #ended = false
  /** Events that are being prepared. */
  #waiting: Promise<void> | undefined
  readonly #onStop: (() => void)[] = []

  constructor(options: WatcherOptions) {
    this.#options = options
    this.#revision = options.from
  }

  get revision(): Revision {
    return this.#revision
  }

  onStop(call: () => void): void {
    this.#onStop.push(call)
  }

  /** Starts. The sink is called at once and until `stop`, or until it is told the end. */
  start(sink: Sink): void {
    this.#sink = sink
    for (const seen of this.#options.initial ?? []) sink.event(seen)
    if (this.#options.marksInitialEnd) sink.bookmark(this.#revision, {endsInitialEvents: true})
    if (!this.#join()) void this.#catchUp()
  }

  stop(): void {
    if (this.#ended) return
    this.#ended = true
    this.#options.hub.leave(this.#options.prefix, this)
    this.#past?.close()
    for (const call of this.#onStop) call()
    this.#sink?.end()
  }

  /** Tells how far it is, for whoever asked for bookmarks. */
  async mark(): Promise<void> {
    await this.#waiting
    if (!this.#ended && this.#options.bookmarks)
      this.#sink?.bookmark(Math.max(this.#revision, this.#options.hub.revision), {endsInitialEvents: false})
  }

  onEvents(events: readonly StoreEvent[]): void {
    const {prepare, keyPrefix} = this.#options
    const mine = events.filter((event) => event.revision > this.#revision && event.key.startsWith(keyPrefix))
    this.#revision = Math.max(this.#revision, events.at(-1)?.revision ?? 0)
    if (!prepare) this.#show(mine)
    else if (mine.length > 0) this.#waiting = this.#showLater(prepare, mine, this.#waiting)
  }

  async #showLater(
    prepare: NonNullable<WatcherOptions['prepare']>,
    events: readonly StoreEvent[],
    before: Promise<void> | undefined,
  ): Promise<void> {
    await before
    if (this.#ended) return
    try {
      await prepare(events)
      this.#show(events)
    } catch (error) {
      if (error instanceof ApiError) this.#sink?.failed(error)
      this.stop()
    }
  }

  #show(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (this.#ended) return
      const seen = this.#options.see(event)
      if (seen) this.#sink?.event(seen)
    }
  }

  onProgress(): void {}

  onEnd(): void {
    this.stop()
  }

  #join(): boolean {
    return this.#options.hub.join(this.#options.prefix, this.#revision, this)
  }

  /** Reads the past from the store until the hub can take over. */
  async #catchUp(): Promise<void> {
    try {
      this.#past = this.#options.past(this.#revision)
      for await (const batch of this.#past) {
        this.onEvents(batch.events)
        if (this.#ended) return
        this.#revision = Math.max(this.#revision, batch.revision)
        if (this.#join()) break
      }
      this.#past.close()
    } catch (error) {
      if (error instanceof CompactedError)
        this.#sink?.failed(expired(`too old resource version: ${error.requested} (${error.compacted})`))
      this.stop()
    }
  }
}
