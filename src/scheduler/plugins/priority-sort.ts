// Who is next: higher priority first, then who has waited longer.
import type {Plugin} from '../framework.ts'

export interface Sortable {
  readonly priority: number
  readonly queuedAtMs: number
  readonly sequence: number
}

export const prioritySort: Plugin & {isBefore(left: Sortable, right: Sortable): boolean} = {
  name: 'PrioritySort',
  isBefore: (left, right) => {
    if (left.priority !== right.priority) return left.priority > right.priority
    if (left.queuedAtMs !== right.queuedAtMs) return left.queuedAtMs < right.queuedAtMs
    return left.sequence < right.sequence
  },
}
