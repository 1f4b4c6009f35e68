// Which old versions to drop, and how far back reads may go because of it. Versions wait in lines, one a retention
// rule, in the order in which newer writes took their place; what is beyond a rule's bounds leaves from the front, a
// few rows with every commit, so that there is never a big clean-up.
import type {Revision} from '../contract.ts'
import type {Slot} from './key-table.ts'
import {Line} from './line.ts'
import type {Horizon} from './log.ts'
import type {Retention as Rule} from './options.ts'

/** A row that is no longer current. */
interface OldVersion {
  readonly slot: Slot
  readonly revision: Revision
  /** The write that took its place. Readers at or after it do not need this row. */
  readonly replacedAt: Revision
  readonly replacedMs: number
  readonly sizeBytes: number
}

interface Lane {
  readonly rule: Rule
  readonly line: Line<OldVersion>
  bytes: number
}

export interface Clearance {
  readonly versions: readonly OldVersion[]
  readonly horizons: readonly Horizon[]
}

export class Retention {
  readonly #lanes: readonly Lane[]
  readonly #horizons = new Map<string, Horizon>()
  /** Asked for by compact(): everything replaced up to here goes. */
  #requested: Revision = 0

  constructor(rules: readonly Rule[], horizons: readonly Horizon[]) {
    // The longest prefix first, so that the first that fits is the right one.
    this.#lanes = [...rules]
      .sort((a, b) => b.prefix.length - a.prefix.length)
      .map((rule) => ({rule, line: new Line<OldVersion>(), bytes: 0}))
    for (const horizon of horizons) this.#horizons.set(horizon.prefix, horizon)
    this.#requested = this.horizonOf('')?.revision ?? 0
  }

  replaced(version: OldVersion): void {
    const lane = this.#lanes.find(({rule}) => version.slot.key.startsWith(rule.prefix))
    if (lane === undefined) return
    lane.line.push(version)
    lane.bytes += version.sizeBytes
  }

  /** Reads of keys under `prefix` before this revision cannot be answered. */
  oldest(prefix: string): Revision {
    let oldest = this.#requested
    for (const horizon of this.#horizons.values())
      if (horizon.revision > oldest && (prefix.startsWith(horizon.prefix) || horizon.prefix.startsWith(prefix)))
        oldest = horizon.revision
    return oldest
  }

  /** The store's own horizon: nothing before it is readable anywhere. */
  compacted(): Revision {
    return Math.max(this.#requested, this.horizonOf('')?.revision ?? 0)
  }

  horizonOf(prefix: string): Horizon | undefined {
    return this.#horizons.get(prefix)
  }

  /** The newest revision any rule has compacted: revisions go on behind it, whatever rows are left. */
  newest(): Revision {
    return Math.max(0, ...[...this.#horizons.values()].map(({revision}) => revision))
  }

  request(revision: Revision): void {
    this.#requested = Math.max(this.#requested, revision)
  }

  isDue(nowMs: number): boolean {
    return this.#lanes.some((lane) => this.#dueIn(lane, 0, lane.bytes, nowMs) !== undefined) || this.#requestIsOpen()
  }

  /** Up to `limit` versions of each rule to drop now. Nothing changes until `clear` is called with them. */
  plan(limit: number, nowMs: number): Clearance {
    const versions: OldVersion[] = []
    const horizons: Horizon[] = []
    for (const lane of this.#lanes) {
      let bytes = lane.bytes
      let last: OldVersion | undefined
      for (let count = 0; count < limit; count++) {
        const version = this.#dueIn(lane, count, bytes, nowMs)
        if (version === undefined) break
        versions.push(version)
        bytes -= version.sizeBytes
        last = version
      }
      const reached = Math.max(last?.replacedAt ?? 0, lane.rule.prefix === '' ? this.#requested : 0)
      const before = this.#horizons.get(lane.rule.prefix)
      if (reached > (before?.revision ?? 0))
        horizons.push({
          prefix: lane.rule.prefix,
          revision: reached,
          timeMs: last?.replacedMs ?? before?.timeMs ?? nowMs,
        })
    }
    return {versions, horizons}
  }

  /** `clearance` has been carried out on disk. Returns true when an asked-for compaction has nothing left to drop. */
  clear({versions, horizons}: Clearance, forget: (slot: Slot, revision: Revision) => void): void {
    for (const version of versions) {
      const lane = this.#lanes.find(({line}) => line.at(0) === version)
      lane?.line.shift()
      if (lane !== undefined) lane.bytes -= version.sizeBytes
      forget(version.slot, version.revision)
    }
    for (const horizon of horizons) this.#horizons.set(horizon.prefix, horizon)
  }

  /** Whether rows wait that compact() asked to drop. */
  #requestIsOpen(): boolean {
    return (
      this.#requested > (this.horizonOf('')?.revision ?? 0) ||
      this.#lanes.some(({line}) => (line.at(0)?.replacedAt ?? Number.POSITIVE_INFINITY) <= this.#requested)
    )
  }

  /** The version at `index` of the lane's line, if it has to go once those before it are gone. */
  #dueIn({rule, line}: Lane, index: number, bytes: number, nowMs: number): OldVersion | undefined {
    const version = line.at(index)
    if (version === undefined) return undefined
    const isDue =
      version.replacedAt <= this.#requested ||
      line.length - index > rule.maxVersions ||
      bytes > rule.maxBytes ||
      nowMs - version.replacedMs > rule.maxAgeMs
    return isDue ? version : undefined
  }
}
