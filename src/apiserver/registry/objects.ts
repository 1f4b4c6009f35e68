// Bytes to objects and back. Bytes are what is stored, answered and watched; an object is decoded at most once for the
// bytes it came from and lives as long as somebody holds it.
import type {Kind} from '../../api/kind.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../api/object.ts'
import {apiVersionOf} from '../../api/resource.ts'
import type {Entry, StoreEvent} from '../../store/contract.ts'
import {deepFreeze} from './freeze.ts'

export type Shared = DeepReadonly<Stored<KubeObject>>

type Bytes = Pick<Entry | StoreEvent, 'value'>

/** Kind and version come first, so that lists can leave them out; the line end makes it an answer as it is. */
export const encode = (object: KubeObject): Buffer => {
  const {kind, apiVersion, ...rest} = object
  return Buffer.from(`${JSON.stringify({kind, apiVersion, ...rest})}\n`)
}

export class Objects {
  readonly #decoded = new WeakMap<Buffer, Shared>()
  readonly #converted = new WeakMap<Buffer, Map<Kind, {readonly object: Shared; readonly bytes: Buffer}>>()

  /** What the store holds, in the version it is stored in. Frozen. */
  stored(entry: Bytes): Shared {
    const known = this.#decoded.get(entry.value)
    if (known) return known
    const object = deepFreeze(JSON.parse(entry.value.toString('utf8')) as Shared)
    this.#decoded.set(entry.value, object)
    return object
  }

  /** Remembers what bytes decode to: whoever wrote them knows. */
  remember(bytes: Buffer, object: KubeObject): void {
    this.#decoded.set(bytes, deepFreeze(object) as Shared)
  }

  /** The object as `kind` shows it. Frozen. */
  object(kind: Kind, entry: Bytes): Shared {
    return kind.storage ? this.#convert(kind, entry).object : this.stored(entry)
  }

  /** The bytes as `kind` shows them, line end included. */
  bytes(kind: Kind, entry: Bytes): Buffer {
    return kind.storage ? this.#convert(kind, entry).bytes : entry.value
  }

  #convert(kind: Kind, entry: Bytes): {readonly object: Shared; readonly bytes: Buffer} {
    let views = this.#converted.get(entry.value)
    if (!views) this.#converted.set(entry.value, (views = new Map()))
    const known = views.get(kind)
    if (known) return known
    const shown = kind.storage?.fromStored(structuredClone(this.stored(entry)) as KubeObject) ?? {}
    const object = {...shown, kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource)}
    const view = {object: deepFreeze(object) as Shared, bytes: encode(object)}
    views.set(kind, view)
    return view
  }
}
