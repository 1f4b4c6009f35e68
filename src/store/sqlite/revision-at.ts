import type {Revision} from '../contract.ts'
import type {Horizon, Log} from './log.ts'

interface Range {
  readonly log: Log
  readonly current: Revision
  readonly horizon: Horizon | undefined
}

/** The last revision at or before the time: commit times never go back, so the log is searched by halving. */
export const revisionAt = (timeMs: number, {log, current, horizon}: Range): Revision | undefined => {
  let low = horizon?.revision ?? 0
  let found: Revision | undefined = horizon !== undefined && horizon.timeMs <= timeMs ? low : undefined
  let high = current
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const row = log.lastRow(middle)
    // Rows of single prefixes may be gone already: what is left stands for them.
    if (row === undefined || row.revision <= low) {
      low = middle
    } else if (row.timeMs <= timeMs) {
      found = row.revision
      low = middle
    } else high = row.revision - 1
  }
  return found
}
