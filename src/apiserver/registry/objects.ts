// Bytes to objects and back. Bytes are what is stored, answered and watched; an object is decoded at most once for the
// bytes it came from and lives as long as somebody holds it.
import type {Kind} from '../../api/kind.ts'
import type {DeepReadonly, KubeObject, Stored} from '../../api/object.ts'
import {apiVersionOf} from '../../api/resource.ts'
import type {Entry, StoreEvent} from '../../store/contract.ts'
import {deepFreeze} from './freeze.ts'

export type Shared = DeepReadonly<Stored<KubeObject>>

type Bytes = Pick<Entry | StoreEvent, 'value'>
type Convert = NonNullable<NonNullable<Kind['storage']>['convert']>

/** An object as one kind shows it. */
interface View {
  readonly object: Shared
  readonly bytes: Buffer
}

/** Kind and version come first, so that lists can leave them out; the line end makes it an answer as it is. */
export const encode = (object: KubeObject): Buffer => {
  const {kind, apiVersion, ...rest} = object
  return Buffer.from(`${JSON.stringify({kind, apiVersion, ...rest})}\n`)
}

export class Objects {
  readonly #decoded = new WeakMap<Buffer, Shared>()
  readonly #converted = new WeakMap<Buffer, Map<Kind, View>>()

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

  /**
   * Has those converted that somebody must be asked about; after that `object` and `bytes` answer at once, as long as
   * the entries are held. Undefined: nothing to wait for. Throws ApiError where they cannot be converted.
   */
  prepare(kind: Kind, entries: readonly Bytes[]): Promise<void> | undefined {
    const convert = kind.storage?.convert
    if (!convert) return undefined
    const apiVersion = apiVersionOf(kind.resource)
    const foreign = entries.filter(
      (entry) =>
        !this.#converted.get(entry.value)?.has(kind) &&
        entry.value.length > 0 &&
        this.stored(entry).apiVersion !== apiVersion,
    )
    return foreign.length > 0 ? this.#ask(kind, foreign, convert) : undefined
  }

  async #ask(kind: Kind, entries: readonly Bytes[], convert: Convert): Promise<void> {
    const originals = entries.map((entry) => structuredClone(this.stored(entry)) as KubeObject)
    const converted = await convert(originals, apiVersionOf(kind.resource))
    for (const [index, entry] of entries.entries()) this.#show(kind, entry, converted[index] as KubeObject)
  }

  #convert(kind: Kind, entry: Bytes): View {
    const known = this.#converted.get(entry.value)?.get(kind)
    return known ?? this.#show(kind, entry, structuredClone(this.stored(entry)) as KubeObject)
  }

  /** Remembers how `kind` shows what `object` is: a private copy. */
  #show(kind: Kind, entry: Bytes, from: KubeObject): View {
    let views = this.#converted.get(entry.value)
    if (!views) this.#converted.set(entry.value, (views = new Map()))
    const shown = kind.storage?.fromStored(from) ?? {}
    const object = {...shown, kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource)}
    const view = {object: deepFreeze(object) as Shared, bytes: encode(object)}
    views.set(kind, view)
    return view
  }
}
