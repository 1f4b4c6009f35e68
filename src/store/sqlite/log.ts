// The log on disk: rows in, rows out. Everything it returns has been checked.
import {crc32} from 'node:zlib'
import type {Database, Statement} from 'better-sqlite3'
import type {Revision} from '../contract.ts'
import {CorruptStoreError} from '../errors.ts'

export interface LogRow {
  readonly revision: Revision
  readonly key: string
  readonly deleted: boolean
  readonly createRevision: Revision
  /** undefined: a tombstone that shows the version before. */
  readonly value: Buffer | undefined
}

/** A row without its value: what is read of every row at the start. */
export interface LogHeader {
  readonly revision: Revision
  readonly key: string
  readonly deleted: boolean
  readonly createRevision: Revision
  readonly timeMs: number
  readonly sizeBytes: number
}

export interface Horizon {
  readonly prefix: string
  readonly revision: Revision
  readonly timeMs: number
}

const APPEND =
  'INSERT INTO log (revision, key, deleted, create_revision, time_ms, checksum, value) VALUES (?,?,?,?,?,?,?)'
const ROW = 'SELECT key, deleted, create_revision, checksum, value FROM log WHERE revision = ?'
const HEADERS = 'SELECT revision, key, deleted, create_revision, time_ms, length(value) FROM log ORDER BY revision'
const DROP = 'DELETE FROM log WHERE revision = ?'
const LAST = 'SELECT revision, time_ms FROM log WHERE revision <= ? ORDER BY revision DESC LIMIT 1'
const HORIZONS = 'SELECT prefix, revision, time_ms AS timeMs FROM horizon'
const MOVE_HORIZON =
  'INSERT INTO horizon VALUES (?,?,?) ON CONFLICT DO UPDATE SET revision = excluded.revision, time_ms = excluded.time_ms'

type Cells = readonly unknown[]

const checksumOf = (key: string, value: Buffer | undefined): number =>
  value === undefined ? crc32(key) : crc32(value, crc32(key))

export class Log {
  readonly #db: Database
  readonly #file: string
  readonly #append: Statement
  readonly #row: Statement
  readonly #headers: Statement
  readonly #drop: Statement
  readonly #last: Statement
  readonly #horizons: Statement<[], Horizon>
  readonly #moveHorizon: Statement

  constructor(db: Database, file: string) {
    this.#db = db
    this.#file = file
    this.#append = db.prepare(APPEND)
    this.#row = db.prepare(ROW).raw()
    this.#headers = db.prepare(HEADERS).raw()
    this.#drop = db.prepare(DROP)
    this.#last = db.prepare(LAST).raw()
    this.#horizons = db.prepare(HORIZONS)
    this.#moveHorizon = db.prepare(MOVE_HORIZON)
  }

  append(row: LogRow, timeMs: number): void {
    this.#append.run(
      row.revision,
      row.key,
      row.deleted ? 1 : 0,
      row.createRevision,
      timeMs,
      checksumOf(row.key, row.value),
      row.value ?? null,
    )
  }

  drop(revision: Revision): void {
    this.#drop.run(revision)
  }

  moveHorizon({prefix, revision, timeMs}: Horizon): void {
    this.#moveHorizon.run(prefix, revision, timeMs)
  }

  horizons(): readonly Horizon[] {
    return this.#horizons.all()
  }

  row(revision: Revision): LogRow {
    const cells: unknown = this.#row.get(revision)
    if (!Array.isArray(cells)) throw this.#damaged(`revision ${revision} is missing`)
    const [key, deleted, createRevision, checksum, value]: Cells = cells
    const bytes = Buffer.isBuffer(value) ? value : undefined
    if (typeof key !== 'string' || checksumOf(key, bytes) !== checksum)
      throw this.#damaged(`revision ${revision} does not match its checksum`)
    return {revision, key, deleted: deleted === 1, createRevision: Number(createRevision), value: bytes}
  }

  *headers(): Iterable<LogHeader> {
    for (const cells of this.#headers.iterate()) {
      if (!Array.isArray(cells)) continue
      const [revision, key, deleted, createRevision, timeMs, sizeBytes]: Cells = cells
      yield {
        revision: Number(revision),
        key: String(key),
        deleted: deleted === 1,
        createRevision: Number(createRevision),
        timeMs: Number(timeMs),
        sizeBytes: Number(sizeBytes ?? 0),
      }
    }
  }

  /** The newest row at or before `revision`. */
  lastRow(revision: Revision): {readonly revision: Revision; readonly timeMs: number} | undefined {
    const cells: unknown = this.#last.get(revision)
    return Array.isArray(cells) ? {revision: Number(cells[0]), timeMs: Number(cells[1])} : undefined
  }

  /** All of `change`, or nothing. */
  commit(change: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      change()
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #damaged(finding: string): CorruptStoreError {
    return new CorruptStoreError(this.#file, finding)
  }
}
