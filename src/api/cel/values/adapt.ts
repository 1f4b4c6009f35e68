// JSON as expressions see it: typed by a schema where there is one, converted when it is looked at.
import type {Schema} from '../../schema/contract.ts'
import {isObject} from '../../schema/own.ts'
import {remember} from './lists.ts'
import {type CelMap, isMap} from './maps.ts'
import {escapeName, unescapeName} from './names.ts'
import {parseDuration, parseTimestamp} from './time.ts'

const asText = (text: string, format: string | undefined): unknown => {
  try {
    if (format === 'date-time') return parseTimestamp(text)
    if (format === 'date') return parseTimestamp(`${text}T00:00:00Z`)
    if (format === 'duration') return parseDuration(text)
  } catch {
    // What does not have its format was complained about already.
    return text
  }
  return format === 'byte' ? new Uint8Array(Buffer.from(text, 'base64')) : text
}

export const adapt = (value: unknown, schema?: Schema): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value
  if (typeof value === 'string')
    return schema?.type === 'string' && schema.format ? asText(value, schema.format) : value
  if (Array.isArray(value)) {
    const list = value.map((item) => adapt(item, schema?.items))
    if (schema?.listType) remember(list, schema)
    return list
  }
  return isObject(value) && !isMap(value) ? new JsonMap(value, schema) : value
}

export class JsonMap implements CelMap {
  readonly raw: Readonly<Record<string, unknown>>
  readonly #schema: Schema | undefined
  #known: Map<string, unknown> | undefined

  constructor(raw: Readonly<Record<string, unknown>>, schema?: Schema) {
    this.raw = raw
    this.#schema = schema
  }

  get size(): number {
    let count = 0
    for (const _ of this.keys()) count++
    return count
  }

  get(key: unknown): unknown {
    if (typeof key !== 'string') return undefined
    const known = this.#known?.get(key)
    if (known !== undefined) return known
    const name = this.#nameOf(key)
    if (!Object.hasOwn(this.raw, name)) return undefined
    const value = adapt(this.raw[name], this.#schemaOf(name))
    if (typeof value !== 'object' || value === null) return value
    this.#known ??= new Map()
    this.#known.set(key, value)
    return value
  }

  has(key: unknown): boolean {
    return typeof key === 'string' && this.#isThere(this.#nameOf(key))
  }

  *keys(): Iterable<string> {
    for (const name of Object.keys(this.raw))
      if (this.#isThere(name)) yield this.#isField(name) ? escapeName(name) : name
  }

  #isField(name: string): boolean {
    const fields = this.#schema?.properties
    return fields !== undefined && Object.hasOwn(fields, name)
  }

  #nameOf(key: string): string {
    return this.#schema?.properties && !Object.hasOwn(this.raw, key) ? unescapeName(key) : key
  }

  #schemaOf(name: string): Schema | undefined {
    return this.#isField(name) ? this.#schema?.properties?.[name] : this.#schema?.values
  }

  /** Null is the same as nothing, except where it is a value. */
  #isThere(name: string): boolean {
    if (!Object.hasOwn(this.raw, name)) return false
    const value = this.raw[name]
    if (value === undefined) return false
    return value !== null || !this.#isField(name) || this.#schema?.properties?.[name]?.nullable === true
  }
}

/** Back to JSON. */
export const toJson = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof JsonMap) return value.raw
  if (isMap(value)) return Object.fromEntries([...value.keys()].map((key) => [String(key), toJson(value.get(key))]))
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'object' && value !== null ? String(value) : value
}
