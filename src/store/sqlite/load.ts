// From the log on disk to the tables in memory. Every row is visited, and every current value read and checked, so a
// damaged page is found here and not when somebody needs it.
import type {Revision} from '../contract.ts'
import {KeyTable, type Slot} from './key-table.ts'
import type {Log, LogHeader} from './log.ts'
import type {Retention as Rule} from './options.ts'
import {ownBytes} from './own-bytes.ts'
import {Retention} from './retention.ts'

export interface Loaded {
  readonly table: KeyTable
  readonly retention: Retention
  readonly last: {readonly revision: Revision; readonly timeMs: number}
}

const NOT_READ = Buffer.alloc(0)

export const load = (log: Log, rules: readonly Rule[]): Loaded => {
  const table = new KeyTable()
  const horizons = log.horizons()
  const retention = new Retention(rules, horizons)
  const sizes = new Map<string, number>()
  const last = {revision: retention.newest(), timeMs: Math.max(0, ...horizons.map(({timeMs}) => timeMs))}
  for (const header of log.headers()) {
    replay(header, {table, retention, sizes})
    last.revision = Math.max(last.revision, header.revision)
    last.timeMs = Math.max(last.timeMs, header.timeMs)
  }
  for (const slot of table.liveSlots()) readValue(slot, log)
  return {table, retention, last}
}

interface Replay {
  readonly table: KeyTable
  readonly retention: Retention
  /** How large the current value of each key is. */
  readonly sizes: Map<string, number>
}

const replay = (header: LogHeader, {table, retention, sizes}: Replay): void => {
  const {key, revision, createRevision, timeMs, sizeBytes} = header
  const previous = table.get(key)
  const slot = header.deleted
    ? previous === undefined
      ? table.deadFromStart(key, revision)
      : table.delete(key, revision)
    : table.put({key: previous?.key ?? key, value: NOT_READ, revision, createRevision})
  const replaced = {slot, replacedAt: revision, replacedMs: timeMs}
  if (previous !== undefined)
    retention.replaced({...replaced, revision: previous.revision, sizeBytes: sizes.get(key) ?? 0})
  if (header.deleted) {
    retention.replaced({...replaced, revision, sizeBytes})
    sizes.delete(key)
  } else sizes.set(key, sizeBytes)
}

const readValue = (slot: Slot, log: Log): void => {
  if (slot.entry === undefined) return
  const {value = NOT_READ} = log.row(slot.entry.revision)
  slot.entry = {...slot.entry, value: ownBytes(value)}
}
