// Reads of the past: which row a key had then comes from memory, the row itself from the log.
import type {Entry, Revision, StoreEvent} from '../contract.ts'
import {type KeyTable, type Slot, versionAt, versionBefore} from './key-table.ts'
import type {Log, LogRow} from './log.ts'

export class History {
  readonly #table: KeyTable
  readonly #log: Log

  constructor(table: KeyTable, log: Log) {
    this.#table = table
    this.#log = log
  }

  /** What the key held at `revision`. */
  entryAt(key: string, revision: Revision): Entry | undefined {
    const slot = this.#table.slot(key)
    const row = slot && versionAt(slot, revision)
    return slot === undefined || row === undefined ? undefined : this.entry(slot, row)
  }

  /** The entry a row left, or undefined for a tombstone. */
  entry(slot: Slot, revision: Revision): Entry | undefined {
    if (slot.entry?.revision === revision) return slot.entry
    const row = this.#log.row(revision)
    return row.deleted ? undefined : entryOf(row, slot.key)
  }

  /** The event of a row, as its watchers saw it. */
  event(revision: Revision): StoreEvent {
    const row = this.#log.row(revision)
    const slot = this.#table.slot(row.key)
    const before = slot && versionBefore(slot, revision)
    const previous = slot && before !== undefined ? this.entry(slot, before) : undefined
    const value = row.value ?? previous?.value ?? Buffer.alloc(0)
    const {createRevision} = row
    const type = row.deleted ? 'delete' : 'put'
    const key = slot?.key ?? row.key
    return previous === undefined
      ? {type, key, value, revision, createRevision}
      : {type, key, value, revision, createRevision, previous}
  }

  /** Kept versions of a key, newest first. */
  versions(key: string): readonly StoreEvent[] {
    const slot = this.#table.slot(key)
    if (slot === undefined) return []
    const revisions = slot.entry === undefined ? slot.older : [...slot.older, slot.entry.revision]
    return revisions
      .map((revision) => this.event(revision))
      .map((event) => (event.type === 'delete' ? {...event, value: Buffer.alloc(0)} : event))
      .reverse()
  }
}

const entryOf = ({value, revision, createRevision}: LogRow, key: string): Entry => ({
  key,
  value: value ?? Buffer.alloc(0),
  revision,
  createRevision,
})
