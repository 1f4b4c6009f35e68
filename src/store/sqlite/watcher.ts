// One watch, in three phases. Past: what happened after its start is read from the log, a chunk for each time the
// reader asks, so nothing piles up. Cut-over: the chunk that reaches the newest durable revision joins the watch to the
// hub in the same turn, so nothing falls between. Live: batches are handed over or wait in a bounded line.
import type {Revision, StoreEvent, Watch, WatchBatch} from '../contract.ts'
import {CompactedError, SlowWatcherError} from '../contract.ts'
import {Line} from './line.ts'

/** What a watcher needs of the store. */
export interface WatchSource {
  currentRevision(): Revision
  /** Reads at revisions before this are impossible under `prefix`. */
  oldest(prefix: string): Revision
  revisionsAfter(prefix: string, after: Revision): Revision[]
  event(revision: Revision): StoreEvent
}

export interface WatcherLimits {
  readonly maxEvents: number
  readonly maxBytes: number
}

interface WatcherOptions {
  readonly prefix: string
  readonly from: Revision
  readonly source: WatchSource
  readonly limits: WatcherLimits
  readonly join: (watcher: Watcher) => void
  readonly leave: (watcher: Watcher) => void
}

type Next = IteratorResult<WatchBatch, undefined>

const CHUNK_EVENTS = 256
const END: Next = {done: true, value: undefined}

export class Watcher implements Watch, AsyncIterator<WatchBatch, undefined> {
  readonly prefix: string
  readonly #options: WatcherOptions
  readonly #line = new Line<WatchBatch>()
  #waitingEvents = 0
  #waitingBytes = 0
  /** Everything up to here has been given to the reader. */
  #position: Revision
  /** Revisions of the past still to be read, ascending. */
  #past: Revision[] = []
  #pastEnd: Revision = 0
  #isLive = false
  #isClosed = false
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(options: WatcherOptions) {
    this.#options = options
    this.prefix = options.prefix
    this.#position = options.from
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  close(): void {
    this.#isClosed = true
    this.#end()
  }

  async return(): Promise<Next> {
    this.close()
    return END
  }

  async next(): Promise<Next> {
    while (true) {
      if (this.#isClosed) return END
      if (this.#failure !== undefined) throw this.#failure
      const batch = this.#isLive ? this.#shift() : this.#readPast()
      if (batch !== undefined) {
        // A long past must not keep everybody else waiting.
        if (!this.#isLive) await new Promise((resolve) => setImmediate(resolve))
        this.#position = Math.max(this.#position, batch.revision)
        return {done: false, value: batch}
      }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** A durable batch, already narrowed to this watcher's prefix. */
  push(batch: WatchBatch, sizeBytes: number): void {
    const {limits, from} = this.#options
    // A watch may begin at a revision that is still to come.
    if ((batch.events[0]?.revision ?? 0) <= from) {
      const later = batch.events.filter(({revision}) => revision > from)
      if (later.length > 0) this.push({...batch, events: later}, sizeOf(later))
      return
    }
    this.#waitingEvents += batch.events.length
    this.#waitingBytes += sizeBytes
    if (this.#waitingEvents > limits.maxEvents || this.#waitingBytes > limits.maxBytes) {
      this.fail(
        new SlowWatcherError(`the reader of the watch on ${this.prefix} fell ${this.#waitingEvents} events behind`),
      )
      return
    }
    this.#line.push(batch)
    this.#wakeUp()
  }

  /** Says how far the watch is, if its reader has nothing else to read. */
  pushProgress(revision: Revision): void {
    if (this.#line.length > 0 || this.#position >= revision) return
    this.#line.push({events: [], revision})
    this.#wakeUp()
  }

  fail(error: Error): void {
    this.#failure ??= error
    this.#end()
  }

  #end(): void {
    while (this.#line.length > 0) this.#line.shift()
    this.#past = []
    this.#options.leave(this)
    this.#wakeUp()
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  #shift(): WatchBatch | undefined {
    const batch = this.#line.shift()
    if (batch === undefined) return undefined
    this.#waitingEvents -= batch.events.length
    this.#waitingBytes -= sizeOf(batch.events)
    return batch
  }

  #readPast(): WatchBatch {
    const {source, prefix} = this.#options
    const oldest = source.oldest(prefix)
    if (this.#position < oldest) throw this.#ended(new CompactedError(this.#position, oldest))
    if (this.#past.length === 0) {
      this.#pastEnd = source.currentRevision()
      this.#past = source.revisionsAfter(prefix, this.#position)
    }
    const chunk = this.#past.splice(0, CHUNK_EVENTS)
    const isLast = this.#past.length === 0
    const events = chunk.map((revision) => source.event(revision))
    if (isLast && this.#pastEnd === source.currentRevision()) {
      this.#isLive = true
      this.#options.join(this)
    }
    return {events, revision: isLast ? Math.max(this.#pastEnd, this.#position) : (chunk.at(-1) ?? this.#position)}
  }

  #ended(error: Error): Error {
    this.fail(error)
    return error
  }
}

export const sizeOf = (events: readonly StoreEvent[]): number => {
  let size = 0
  for (const {value} of events) size += value.length
  return size
}
