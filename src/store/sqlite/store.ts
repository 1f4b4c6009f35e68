// The store's face: reads come from memory, writes go to the writer, watches to the hub.
import type {Database} from 'better-sqlite3'
import {
  CompactedError,
  type Entry,
  FutureRevisionError,
  type ListOptions,
  type Page,
  type Revision,
  type Store,
  type StoreEvent,
  type Value,
  type Watch,
  type WriteOutcome,
} from '../contract.ts'
import type {Disk} from './disk.ts'
import {History} from './history.ts'
import type {Loaded} from './load.ts'
import type {Log} from './log.ts'
import {Maintenance} from './maintenance.ts'
import type {StoreSettings} from './options.ts'
import {revisionAt} from './revision-at.ts'
import {saveSnapshot} from './snapshot.ts'
import {WatchHub} from './watch-hub.ts'
import {Writer} from './writer.ts'

export interface SqliteStoreParts extends Loaded {
  readonly settings: StoreSettings
  readonly db: Database
  readonly log: Log
  readonly disk: Disk
}

export class SqliteStore implements Store {
  readonly #parts: SqliteStoreParts
  readonly #history: History
  readonly #writer: Writer
  readonly #hub: WatchHub
  readonly #maintenance: Maintenance
  #closing: Promise<void> | undefined

  constructor(parts: SqliteStoreParts) {
    const {settings, table, log, retention, last} = parts
    this.#parts = parts
    this.#history = new History(table, log)
    const publish = (events: readonly StoreEvent[], revision: Revision): void => this.#hub.publish(events, revision)
    this.#writer = new Writer({...parts, publish}, last)
    this.#hub = new WatchHub(
      {
        currentRevision: () => this.currentRevision(),
        oldest: (prefix) => retention.oldest(prefix),
        revisionsAfter: (prefix, after) => table.revisionsAfter(prefix, after),
        event: (revision) => this.#history.event(revision),
      },
      {maxEvents: settings.maxWatcherEvents, maxBytes: settings.maxWatcherBytes},
    )
    this.#maintenance = new Maintenance({...parts, writer: this.#writer, hub: this.#hub})
  }

  get(key: string, atRevision?: Revision): Entry | undefined {
    if (atRevision === undefined) return this.#parts.table.get(key)
    this.#checkReadable(key, atRevision)
    return this.#history.entryAt(key, atRevision)
  }

  list(prefix: string, {limit, after, atRevision}: ListOptions = {}): Page {
    // The least key behind `after`.
    const start = after === undefined || after < prefix ? prefix : `${after}\0`
    const most = limit === undefined || limit <= 0 ? Number.POSITIVE_INFINITY : limit
    if (atRevision === undefined || atRevision === this.currentRevision()) return this.#listNow(prefix, start, most)
    this.#checkReadable(prefix, atRevision)
    return this.#listThen(prefix, {start, most, revision: atRevision})
  }

  count(prefix: string): number {
    return this.#parts.table.count(prefix)
  }

  currentRevision(): Revision {
    return this.#writer.durable
  }

  compactedRevision(): Revision {
    return this.#parts.retention.compacted()
  }

  create(key: string, value: Value): Promise<WriteOutcome> {
    return this.#writer.create(key, value)
  }

  update(key: string, value: Value, ifRevision?: Revision): Promise<WriteOutcome> {
    return this.#writer.update(key, value, ifRevision)
  }

  delete(key: string, ifRevision?: Revision, finalValue?: Value): Promise<WriteOutcome> {
    return this.#writer.delete(key, ifRevision, finalValue)
  }

  watch(prefix: string, fromRevision: Revision): Watch {
    return this.#hub.watch(prefix, fromRevision)
  }

  history(key: string): readonly StoreEvent[] {
    return this.#history.versions(key)
  }

  revisionAt(timeMs: number): Revision | undefined {
    const {log, retention} = this.#parts
    return revisionAt(timeMs, {log, current: this.currentRevision(), horizon: retention.horizonOf('')})
  }

  async compact(revision: Revision): Promise<void> {
    if (revision > this.currentRevision()) throw new FutureRevisionError(revision, this.currentRevision())
    this.#parts.retention.request(revision)
    await this.#maintenance.clearHistory()
  }

  snapshot(file: string): Promise<void> {
    const {db, disk} = this.#parts
    return disk.whileCopying(() => saveSnapshot(db, file))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#maintenance.stop()
    this.#hub.close()
    await this.#writer.close()
    this.#parts.db.close()
    await this.#parts.disk.close()
  }

  #listNow(prefix: string, start: string, most: number): Page {
    const {table} = this.#parts
    const entries: Entry[] = []
    table.visitLive(prefix, start, (entry) => entries.push(entry) < most)
    const last = entries.at(-1)
    const remaining = last === undefined || entries.length < most ? 0 : table.countAfter(prefix, `${last.key}\0`)
    return {entries, revision: this.currentRevision(), remaining}
  }

  #listThen(prefix: string, {start, most, revision}: {start: string; most: number; revision: Revision}): Page {
    const entries: Entry[] = []
    let remaining = 0
    for (const {slot, row} of this.#parts.table.versionsAt(prefix, start, revision)) {
      const entry = this.#history.entry(slot, row)
      if (entry === undefined) continue
      if (entries.length < most) entries.push(entry)
      else remaining++
    }
    return {entries, revision, remaining}
  }

  #checkReadable(prefix: string, revision: Revision): void {
    const current = this.currentRevision()
    if (revision > current) throw new FutureRevisionError(revision, current)
    const oldest = this.#parts.retention.oldest(prefix)
    if (revision < oldest) throw new CompactedError(revision, oldest)
  }
}
