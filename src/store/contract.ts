// The store: a log of versioned keys. It knows nothing of Kubernetes; keys and values are the caller's.
// Every implementation passes test/store/contract.ts unchanged.

/** One number for the whole store; every write takes the next one. */
export type Revision = number

export interface Entry {
  readonly key: string
  /** The bytes as written: the same Buffer goes to every reader and watcher. Never write to it. */
  readonly value: Buffer
  /** The revision of the write that left this value. */
  readonly revision: Revision
  /** The revision of the write that created the key. */
  readonly createRevision: Revision
}

export type WriteOutcome =
  | {readonly kind: 'written'; readonly revision: Revision}
  | {readonly kind: 'exists'; readonly current: Entry}
  | {readonly kind: 'missing'; readonly revision: Revision}
  | {readonly kind: 'conflict'; readonly current: Entry}

/** The value, or a function that is told the revision the write will have (so that it can be part of the bytes). */
export type Value = Buffer | ((revision: Revision) => Buffer)

export interface ListOptions {
  readonly limit?: number | undefined
  /** Start after this key. */
  readonly after?: string | undefined
  /** As it was then; throws CompactedError or FutureRevisionError. */
  readonly atRevision?: Revision | undefined
}

export interface Page {
  readonly entries: readonly Entry[]
  /** The revision this page shows. */
  readonly revision: Revision
  /** How many entries follow behind the last of this page. */
  readonly remaining: number
}

export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  /** For 'delete' the last value of the key. */
  readonly value: Buffer
  readonly revision: Revision
  readonly createRevision: Revision
  /** What the key held before this write; absent for a key that is new. */
  readonly previous?: Entry | undefined
}

export interface Watch extends AsyncDisposable {
  /**
   * Events in the order of their revisions, in batches as they become durable. An empty batch is progress: nothing
   * happened up to `revision`. Ends when the watch is closed; throws CompactedError when its start is gone and
   * SlowWatcherError when the reader fell too far behind.
   */
  [Symbol.asyncIterator](): AsyncIterator<WatchBatch>
  close(): void
}

export interface WatchBatch {
  readonly events: readonly StoreEvent[]
  readonly revision: Revision
}

export interface Store extends AsyncDisposable {
  /** Reads see only what is durable. */
  get(key: string, atRevision?: Revision): Entry | undefined
  list(prefix: string, options?: ListOptions): Page
  count(prefix: string): number
  currentRevision(): Revision
  compactedRevision(): Revision

  /**
   * Writes settle once they are on disk; those issued in the same turn share a commit. Checks are made against the
   * newest accepted write, so two writers cannot both win. A write that fails (disk full) rejects and changes nothing.
   */
  create(key: string, value: Value): Promise<WriteOutcome>
  /** Replaces the value of an existing key, whatever its revision or only if it is `ifRevision`. */
  update(key: string, value: Value, ifRevision?: Revision): Promise<WriteOutcome>
  /** `finalValue` is what watchers of the deletion see; default: the last value. */
  delete(key: string, ifRevision?: Revision, finalValue?: Value): Promise<WriteOutcome>

  /** Everything under `prefix` after `fromRevision`, then what comes. */
  watch(prefix: string, fromRevision: Revision): Watch
  /** The kept versions of one key, newest first, deletions included (value empty): what `mini history` shows. */
  history(key: string): readonly StoreEvent[]
  /** The last revision at or before the time (milliseconds since 1970), or undefined when history does not reach it. */
  revisionAt(timeMs: number): Revision | undefined

  /** Forget what only readers of revisions before `revision` need. Works in small steps in the background. */
  compact(revision: Revision): Promise<void>
  /** A consistent copy of the store in a new file, while writes go on. */
  snapshot(file: string): Promise<void>
}

export class CompactedError extends Error {
  override readonly name = 'CompactedError'
  readonly requested: Revision
  readonly compacted: Revision
  constructor(requested: Revision, compacted: Revision) {
    super(`revision ${requested} has been compacted; the oldest is ${compacted}`)
    this.requested = requested
    this.compacted = compacted
  }
}

export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError'
  readonly requested: Revision
  readonly current: Revision
  constructor(requested: Revision, current: Revision) {
    super(`revision ${requested} does not exist yet; the newest is ${current}`)
    this.requested = requested
    this.current = current
  }
}

export class SlowWatcherError extends Error {
  override readonly name = 'SlowWatcherError'
}
