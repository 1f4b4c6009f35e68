// What handlers answer, before it is known in which form the caller wants it.
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import type {ListMeta, Status} from '../../api/schema/types.gen.ts'
import type {ApiResponse} from '../../api/transport.ts'
import type {Entry} from '../../store/contract.ts'
import type {Shared} from '../registry/objects.ts'
import type {Watcher} from '../watch/watcher.ts'

export type Answer =
  /** A stored object as it is. */
  | {readonly type: 'entry'; readonly status: number; readonly kind: Kind; readonly entry: Pick<Entry, 'value'>}
  /** Something made for this answer: a review, a scale, a dry run. `kind` where a table of it makes sense. */
  | {
      readonly type: 'object'
      readonly status: number
      readonly kind?: Kind | undefined
      readonly object: KubeObject | Shared
    }
  | {
      readonly type: 'list'
      readonly kind: Kind
      readonly metadata: ListMeta
      readonly entries: readonly Pick<Entry, 'value'>[]
    }
  | {readonly type: 'watch'; readonly kind: Kind; readonly watcher: Watcher}
  | {readonly type: 'status'; readonly status: Status; readonly code: number}
  /** Complete already. */
  | {readonly type: 'raw'; readonly response: ApiResponse}
