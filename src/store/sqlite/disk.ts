// Durability. SQLite's `synchronous = FULL` is `NORMAL` plus a sync of its log after each commit. We make that sync
// ourselves, in libuv's thread pool, so that the event loop goes on while the disk works; nothing is acknowledged or
// shown before it is done. Checkpoints are made the same way: SQLite copies the pages, we sync the file, and no
// write begins (so SQLite cannot reuse its log) until that is done.
import {close, fdatasync, openSync} from 'node:fs'
import {dirname} from 'node:path'
import {promisify} from 'node:util'
import type {Database} from 'better-sqlite3'
import {syncPath} from './sync-path.ts'

const sync = promisify(fdatasync)
const closeFile = promisify(close)

/** Pages in SQLite's log that make a checkpoint due: 4 MiB. */
const CHECKPOINT_PAGES = 1000
/** The log's length is asked for after this many commits. */
const COMMITS_BETWEEN_LOOKS = 16
/** Free pages are kept for the next writes unless there are more than this, and more than a quarter of the file. */
const SPARE_PAGES = 512
const PAGES_A_STEP = 64

export class Disk {
  readonly #db: Database
  readonly #durable: boolean
  readonly #log: number
  /** Stays open until SQLite has closed: closing any descriptor of a file drops the process's POSIX locks on it. */
  readonly #main: number
  readonly #folder: string
  #commitsSinceLook = 0
  #copies = 0

  constructor(db: Database, file: string, durable: boolean) {
    this.#db = db
    this.#durable = durable
    this.#folder = dirname(file)
    this.#main = openSync(file, 'r+')
    this.#log = openSync(`${file}-wal`, 'r+')
  }

  /**
   * Settles when what the store begins with survives a power cut: after a kill the log may hold commits that
   * never were synced, and they are about to be shown.
   */
  async settle(): Promise<void> {
    if (!this.#durable) return
    await sync(this.#log)
    syncPath(this.#folder)
  }

  /** Settles when everything committed so far survives a power cut. */
  async sync(): Promise<void> {
    if (this.#durable) await sync(this.#log)
  }

  /** To be called with everything committed synced and nothing being written. */
  async checkpointIfDue(): Promise<void> {
    if (++this.#commitsSinceLook < COMMITS_BETWEEN_LOOKS) return
    this.#commitsSinceLook = 0
    if (logPages(this.#db.pragma('wal_checkpoint(NOOP)')) < CHECKPOINT_PAGES) return
    this.#db.pragma('synchronous = OFF')
    this.#db.pragma('wal_checkpoint(PASSIVE)')
    this.#db.pragma('synchronous = NORMAL')
    if (this.#durable) await sync(this.#main)
  }

  /** The file keeps its length while it is copied: SQLite's backup does not end when its source shrinks under it. */
  async whileCopying(copy: () => Promise<void>): Promise<void> {
    this.#copies++
    try {
      await copy()
    } finally {
      this.#copies--
    }
  }

  hasSparePages(): boolean {
    if (this.#copies > 0) return false
    const free = Number(this.#db.pragma('freelist_count', {simple: true}))
    return free > SPARE_PAGES && free * 4 > Number(this.#db.pragma('page_count', {simple: true}))
  }

  /** Gives a few free pages back to the file system. A write like any other: only the writer may call it. */
  giveBackPages(): void {
    this.#db.exec(`PRAGMA incremental_vacuum(${PAGES_A_STEP})`)
  }

  /** After SQLite has closed. */
  async close(): Promise<void> {
    await closeFile(this.#log)
    await closeFile(this.#main)
  }
}

const logPages = (rows: unknown): number => {
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined
  return typeof row === 'object' && row !== null && 'log' in row ? Number(row.log) : 0
}
