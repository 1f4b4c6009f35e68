// Maps of expressions: JSON objects seen through their schema, and those an expression makes.
import {Uint} from './numbers.ts'

export interface CelMap {
  readonly size: number
  get(key: unknown): unknown
  has(key: unknown): boolean
  keys(): Iterable<unknown>
}

/** Keys that are equal have the same text. */
const keyText = (key: unknown): string => {
  if (typeof key === 'string') return `s${key}`
  if (key instanceof Uint) return `n${key.value}`
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : `f${key}`
  return typeof key === 'bigint' ? `n${key}` : `b${String(key)}`
}

export class MadeMap implements CelMap {
  readonly #entries = new Map<string, readonly [unknown, unknown]>()

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    for (const entry of entries) this.#entries.set(keyText(entry[0]), entry)
  }

  get size(): number {
    return this.#entries.size
  }
  get(key: unknown): unknown {
    return this.#entries.get(keyText(key))?.[1]
  }
  has(key: unknown): boolean {
    return this.#entries.has(keyText(key))
  }
  *keys(): Iterable<unknown> {
    for (const [key] of this.#entries.values()) yield key
  }
}

export const isMap = (value: unknown): value is CelMap =>
  typeof value === 'object' && value !== null && 'keys' in value && 'has' in value && 'size' in value

export const entriesOf = function* (map: CelMap): Iterable<readonly [unknown, unknown]> {
  for (const key of map.keys()) yield [key, map.get(key)]
}
