// Everything about keys that is kept in memory: the current entry of each, and which older revisions the log still
// has of it. The values of older versions stay on disk.
import type {Entry, Revision} from '../contract.ts'
import {endOfPrefix, SortedKeys} from './sorted-keys.ts'

export interface Slot {
  readonly key: string
  /** undefined: deleted. */
  entry: Entry | undefined
  /** Revisions of kept rows other than `entry`'s, ascending; tombstones are among them. */
  older: Revision[]
}

const NONE: Revision[] = []

/** How many of the ascending `revisions` are at or before `limit`. */
const countUpTo = (revisions: readonly Revision[], limit: Revision): number => {
  let low = 0
  let high = revisions.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((revisions[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

export class KeyTable {
  readonly #slots = new Map<string, Slot>()
  readonly #live = new SortedKeys<Slot>()
  /** Deleted keys that still have history. */
  readonly #dead = new SortedKeys<Slot>()

  slot(key: string): Slot | undefined {
    return this.#slots.get(key)
  }

  get(key: string): Entry | undefined {
    return this.#slots.get(key)?.entry
  }

  count(prefix: string): number {
    return this.#live.count(prefix, endOfPrefix(prefix))
  }

  countAfter(prefix: string, after: string): number {
    return this.#live.count(after, endOfPrefix(prefix))
  }

  /** Live entries in order, from `start` on, while they begin with `prefix`. */
  visitLive(prefix: string, start: string, visit: (entry: Entry) => boolean): void {
    this.#live.between(start, endOfPrefix(prefix), (slot) => slot.entry === undefined || visit(slot.entry))
  }

  *liveSlots(): Iterable<Slot> {
    for (const slot of this.#slots.values()) if (slot.entry !== undefined) yield slot
  }

  /** The current entry, or the revision of the row, that each key under `prefix` had at `revision`; unordered ends last. */
  versionsAt(prefix: string, start: string, revision: Revision): {readonly slot: Slot; readonly row: Revision}[] {
    const found: {slot: Slot; row: Revision}[] = []
    const visit = (slot: Slot): boolean => {
      const row = versionAt(slot, revision)
      if (row !== undefined) found.push({slot, row})
      return true
    }
    const end = endOfPrefix(prefix)
    this.#live.between(start, end, visit)
    const living = found.length
    this.#dead.between(start, end, visit)
    if (living > 0 && found.length > living) found.sort((a, b) => (a.slot.key < b.slot.key ? -1 : 1))
    return found
  }

  /** The revisions after `after` that wrote a key under `prefix`, ascending. */
  revisionsAfter(prefix: string, after: Revision): Revision[] {
    const found: Revision[] = []
    const visit = (slot: Slot): boolean => {
      for (let index = slot.older.length - 1; index >= 0; index--) {
        const revision = slot.older[index] ?? 0
        if (revision <= after) break
        found.push(revision)
      }
      if (slot.entry !== undefined && slot.entry.revision > after) found.push(slot.entry.revision)
      return true
    }
    const end = endOfPrefix(prefix)
    this.#live.between(prefix, end, visit)
    this.#dead.between(prefix, end, visit)
    return found.sort((a, b) => a - b)
  }

  put(entry: Entry): Slot {
    const slot = this.#slots.get(entry.key)
    if (slot === undefined) return this.#add(entry)
    if (slot.entry === undefined) {
      this.#dead.remove(slot.key)
      this.#live.add(slot)
    } else remember(slot, slot.entry.revision)
    slot.entry = entry
    return slot
  }

  delete(key: string, revision: Revision): Slot {
    const slot = this.#slots.get(key)
    if (slot?.entry === undefined)
      throw new Error(`deletion at revision ${revision} of a key that does not exist: ${key}`)
    remember(slot, slot.entry.revision)
    remember(slot, revision)
    slot.entry = undefined
    this.#live.remove(key)
    this.#dead.add(slot)
    return slot
  }

  /** A tombstone whose key's earlier versions are gone already. */
  deadFromStart(key: string, revision: Revision): Slot {
    const slot: Slot = {key, entry: undefined, older: [revision]}
    this.#slots.set(key, slot)
    this.#dead.add(slot)
    return slot
  }

  /** The row left the log; a deleted key without rows is forgotten. */
  forget(slot: Slot, revision: Revision): void {
    const at = slot.older.indexOf(revision)
    if (at >= 0) slot.older.splice(at, 1)
    if (slot.older.length > 0 || slot.entry !== undefined) return
    this.#slots.delete(slot.key)
    this.#dead.remove(slot.key)
  }

  #add(entry: Entry): Slot {
    const slot: Slot = {key: entry.key, entry, older: NONE}
    this.#slots.set(slot.key, slot)
    this.#live.add(slot)
    return slot
  }
}

/** Most keys have no history: they share one empty array, replaced at the first need. */
const remember = (slot: Slot, revision: Revision): void => {
  if (slot.older === NONE) slot.older = [revision]
  else slot.older.push(revision)
}

/** The revision of the row that holds what the key was at `revision`, tombstones included. */
export const versionAt = (slot: Slot, revision: Revision): Revision | undefined => {
  if (slot.entry !== undefined && slot.entry.revision <= revision) return slot.entry.revision
  return slot.older[countUpTo(slot.older, revision) - 1]
}

/** The revision of the row before `revision` of this key, if it is kept. */
export const versionBefore = (slot: Slot, revision: Revision): Revision | undefined =>
  slot.older[countUpTo(slot.older, revision - 1) - 1]
