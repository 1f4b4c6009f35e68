// A change in the store as a watcher with a selector sees it, and its bytes, made once for all who see the same.
import type {Kind} from '../../api/kind.ts'
import type {WatchEventType} from '../../api/object.ts'
import type {StoreEvent} from '../../store/contract.ts'
import type {Objects, Shared} from '../registry/objects.ts'

export type Matcher = (object: Shared) => boolean

export interface Seen {
  readonly type: WatchEventType
  /** Carries the bytes to show: the event itself, or what the object was before it left the selection. */
  readonly source: Pick<StoreEvent, 'value'>
}

/** What the watcher is told; undefined: nothing. Without a matcher everything is in the selection. */
export const seenBy = (
  event: StoreEvent,
  matches: Matcher | undefined,
  view: (entry: Pick<StoreEvent, 'value'>) => Shared,
): Seen | undefined => {
  const gone = event.type === 'delete'
  if (!matches) return {type: gone ? 'DELETED' : event.previous ? 'MODIFIED' : 'ADDED', source: event}
  const before = event.previous !== undefined && matches(view(event.previous))
  if (gone) return before || (!event.previous && matches(view(event))) ? {type: 'DELETED', source: event} : undefined
  const now = matches(view(event))
  if (now) return {type: before ? 'MODIFIED' : 'ADDED', source: event}
  return before ? {type: 'DELETED', source: event} : undefined
}

const suffix = Buffer.from('}\n')
const opening = (type: WatchEventType): Buffer => Buffer.from(`{"type":"${type}","object":`)
const openings: Readonly<Record<WatchEventType, Buffer>> = {
  ADDED: opening('ADDED'),
  MODIFIED: opening('MODIFIED'),
  DELETED: opening('DELETED'),
  BOOKMARK: opening('BOOKMARK'),
  ERROR: opening('ERROR'),
}

/** One line of a watch in JSON. */
export const frame = (type: WatchEventType, object: Buffer): Buffer => {
  const end = object.at(-1) === 10 ? object.length - 1 : object.length
  return Buffer.concat([openings[type], object.subarray(0, end), suffix])
}

export class Frames {
  readonly #objects: Objects
  readonly #made = new WeakMap<Buffer, Map<string, Buffer>>()

  constructor(objects: Objects) {
    this.#objects = objects
  }

  /** Shared by all watchers of the kind that see this change the same way. */
  of(kind: Kind, {type, source}: Seen): Buffer {
    const object = this.#objects.bytes(kind, source)
    let made = this.#made.get(object)
    if (!made) this.#made.set(object, (made = new Map()))
    let bytes = made.get(type)
    if (!bytes) made.set(type, (bytes = frame(type, object)))
    return bytes
  }
}
