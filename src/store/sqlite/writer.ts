// The write path: check, take a revision, join the open batch; commit, sync, publish. One batch is on its way to the
// disk at a time and the next collects behind it, so the busier the store, the more writes share a commit.
import type {Entry, Revision, StoreEvent, Value, WriteOutcome} from '../contract.ts'
import {StoreClosedError, StoreFailedError} from '../errors.ts'
import {type Accepted, Batch} from './batch.ts'
import type {Disk} from './disk.ts'
import type {KeyTable} from './key-table.ts'
import type {Log, LogRow} from './log.ts'
import type {StoreSettings} from './options.ts'
import {ownBytes} from './own-bytes.ts'
import type {Retention} from './retention.ts'
import {writeError} from './write-error.ts'

export interface WriterParts {
  readonly settings: StoreSettings
  readonly table: KeyTable
  readonly log: Log
  readonly disk: Disk
  readonly retention: Retention
  /** Called with every durable batch, when reads show it already. */
  readonly publish: (events: readonly StoreEvent[], revision: Revision) => void
}

/** Old versions dropped with a batch: more than it can add, so that history shrinks to its bounds under load too. */
const dropsFor = (writes: number): number => 2 * writes + 8
const DROPS_WITHOUT_WRITES = 128

type Found = {readonly entry: Entry | undefined; readonly batch: Batch | undefined}

export class Writer {
  readonly #parts: WriterParts
  readonly #accepted = new Map<string, Accepted>()
  #open = new Batch()
  #next: Revision
  #durable: Revision
  #lastTimeMs: number
  #isRunning = false
  #isScheduled = false
  #isTidyingWanted = false
  #refusal: Error | undefined
  #idle: Promise<void> = Promise.resolve()

  constructor(parts: WriterParts, start: {readonly revision: Revision; readonly timeMs: number}) {
    this.#parts = parts
    this.#durable = start.revision
    this.#next = start.revision + 1
    this.#lastTimeMs = start.timeMs
  }

  /** The newest revision that is on disk and shown. */
  get durable(): Revision {
    return this.#durable
  }

  create(key: string, value: Value): Promise<WriteOutcome> {
    const {entry, batch} = this.#newest(key)
    if (entry !== undefined) return this.#refuse({kind: 'exists', current: entry}, batch, () => this.create(key, value))
    return this.#accept((revision) => this.#put(key, bytesOf(value, revision), revision, revision))
  }

  update(key: string, value: Value, ifRevision: Revision | undefined): Promise<WriteOutcome> {
    return this.#change(key, ifRevision, (entry, revision) =>
      this.#put(key, bytesOf(value, revision), revision, entry.createRevision),
    )
  }

  delete(key: string, ifRevision: Revision | undefined, finalValue: Value | undefined): Promise<WriteOutcome> {
    return this.#change(key, ifRevision, ({createRevision}, revision) => {
      const value = finalValue === undefined ? undefined : bytesOf(finalValue, revision)
      this.#accepted.set(key, {entry: undefined, revision, batch: this.#open})
      return {key, revision, createRevision, deleted: true, value}
    })
  }

  /** A commit that only drops what history keeps too much of, or gives free pages back. Settles when it is done. */
  async tidy(): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal
    const batch = this.#open
    this.#isTidyingWanted = true
    this.#schedule()
    await batch.settled
  }

  /** Refuses further writes and settles when those accepted are on disk. */
  async close(): Promise<void> {
    this.#refusal ??= new StoreClosedError()
    while (this.#isRunning || this.#isScheduled) await this.#idle
  }

  #newest(key: string): Found {
    return this.#accepted.get(key) ?? {entry: this.#parts.table.get(key), batch: undefined}
  }

  #change(
    key: string,
    ifRevision: Revision | undefined,
    row: (entry: Entry, revision: Revision) => LogRow,
  ): Promise<WriteOutcome> {
    const {entry, batch} = this.#newest(key)
    const again = (): Promise<WriteOutcome> => this.#change(key, ifRevision, row)
    if (entry === undefined) return this.#refuse({kind: 'missing', revision: this.#next - 1}, batch, again)
    if (ifRevision !== undefined && ifRevision !== entry.revision)
      return this.#refuse({kind: 'conflict', current: entry}, batch, again)
    return this.#accept((revision) => row(entry, revision))
  }

  /** The answer names what a write in `batch` left, so it waits until that is durable; if it failed, we look again. */
  async #refuse(
    outcome: WriteOutcome,
    batch: Batch | undefined,
    again: () => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    if (batch === undefined) return outcome
    try {
      await batch.settled
    } catch {
      // The write that stood in our way did not happen: its own caller hears why.
      return again()
    }
    return outcome
  }

  async #accept(row: (revision: Revision) => LogRow): Promise<WriteOutcome> {
    if (this.#refusal !== undefined) throw this.#refusal
    const batch = this.#open
    const revision = this.#next
    batch.rows.push(row(revision))
    this.#next++
    this.#schedule()
    await batch.settled
    return {kind: 'written', revision}
  }

  #put(key: string, value: Buffer, revision: Revision, createRevision: Revision): LogRow {
    const entry = {key, value, revision, createRevision}
    this.#accepted.set(key, {entry, revision, batch: this.#open})
    return {...entry, deleted: false}
  }

  /** At the end of this turn, so that everything the turn asks for shares the commit. */
  #schedule(): void {
    if (this.#isRunning || this.#isScheduled) return
    this.#isScheduled = true
    this.#idle = new Promise((resolve) => setImmediate(() => this.#run().then(resolve)))
  }

  async #run(): Promise<void> {
    this.#isScheduled = false
    this.#isRunning = true
    do await this.#writeBatch()
    while ((this.#open.rows.length > 0 || this.#isTidyingWanted) && !(this.#refusal instanceof StoreFailedError))
    this.#isRunning = false
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#open
    this.#open = new Batch()
    this.#isTidyingWanted = false
    try {
      this.#commit(batch)
    } catch (error) {
      // Nothing was accepted since: giving up this batch takes back everything that is not durable.
      this.#accepted.clear()
      this.#next = this.#durable + 1
      batch.reject(writeError(error, this.#parts.settings.file))
      return
    }
    try {
      await this.#parts.disk.sync()
      this.#show(batch)
      batch.resolve()
      await this.#parts.disk.checkpointIfDue()
    } catch (error) {
      this.#fail(batch, error)
    }
  }

  #commit({rows}: Batch): void {
    const {settings, log, retention, table, disk} = this.#parts
    const timeMs = Math.max(settings.clock.now(), this.#lastTimeMs)
    const clearance = retention.plan(rows.length > 0 ? dropsFor(rows.length) : DROPS_WITHOUT_WRITES, timeMs)
    if (rows.length + clearance.versions.length + clearance.horizons.length === 0) {
      if (disk.hasSparePages()) disk.giveBackPages()
      return
    }
    log.commit(() => {
      for (const row of rows) log.append(row, timeMs)
      for (const version of clearance.versions) log.drop(version.revision)
      for (const horizon of clearance.horizons) log.moveHorizon(horizon)
    })
    this.#lastTimeMs = timeMs
    retention.clear(clearance, (slot, revision) => table.forget(slot, revision))
  }

  #show({rows}: Batch): void {
    const last = rows.at(-1)
    if (last === undefined) return
    this.#durable = last.revision
    this.#parts.publish(
      rows.map((row) => this.#apply(row)),
      last.revision,
    )
  }

  #apply(row: LogRow): StoreEvent {
    const {table, retention} = this.#parts
    const {key, revision, createRevision} = row
    const previous = table.get(key)
    const replaced = {replacedAt: revision, replacedMs: this.#lastTimeMs}
    const value = row.value ?? previous?.value ?? Buffer.alloc(0)
    const slot = row.deleted ? table.delete(key, revision) : table.put({key, value, revision, createRevision})
    if (previous !== undefined)
      retention.replaced({slot, revision: previous.revision, ...replaced, sizeBytes: previous.value.length})
    if (row.deleted) retention.replaced({slot, revision, ...replaced, sizeBytes: row.value?.length ?? 0})
    if (this.#accepted.get(key)?.revision === revision) this.#accepted.delete(key)
    const type = row.deleted ? 'delete' : 'put'
    return previous === undefined
      ? {type, key, value, revision, createRevision}
      : {type, key, value, revision, createRevision, previous}
  }

  /** The disk did not say whether the batch is there: only reading it again from the start can tell. */
  #fail(batch: Batch, cause: unknown): void {
    const failure = new StoreFailedError(this.#parts.settings.file, {cause})
    this.#refusal = failure
    batch.reject(failure)
    this.#open.reject(failure)
    this.#accepted.clear()
  }
}

const bytesOf = (value: Value, revision: Revision): Buffer =>
  ownBytes(typeof value === 'function' ? value(revision) : value)
