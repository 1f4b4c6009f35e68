// Bodies in Kubernetes' protobuf, which typed clients send for built-in kinds: an envelope that names the kind, and a
// message whose field numbers are in protobuf-fields.json (read out of the struct tags of a real client). What comes out
// is the same JSON value that the client could have sent; `decode` takes it from there. Answers are always JSON.

import type {Schema} from './contract.ts'
import {DecodeError} from './report.ts'

/** Field name to number. `~2`: message 2 holds fields that JSON has one level higher. */
interface Numbers {
  readonly [field: string]: number | Numbers
}

interface Field {
  readonly name: string
  /** For inlined messages. */
  readonly inner?: ReadonlyMap<number, Field> | undefined
}

const magic = Buffer.from('k8s\0')

export const isProtobuf = (bytes: Uint8Array): boolean => magic.equals(bytes.subarray(0, magic.length))

const fail = (why: string): never => {
  throw new DecodeError(`proto: ${why}`)
}

const maxNesting = 200

/** One message: its fields in the order they were written. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) return fail('unexpected EOF')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    return fail('integer overflow')
  }

  bytes(): Buffer {
    const length = Number(this.varint())
    const end = this.#at + length
    if (end > this.#bytes.length) return fail('unexpected EOF')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  fixed(size: 4 | 8): Buffer {
    const end = this.#at + size
    if (end > this.#bytes.length) return fail('unexpected EOF')
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  tag(): {readonly field: number; readonly wire: number} {
    const tag = Number(this.varint())
    return {field: tag >>> 3, wire: tag & 7}
  }

  value(wire: number): bigint | Buffer {
    switch (wire) {
      case 0:
        return this.varint()
      case 1:
        return this.fixed(8)
      case 2:
        return this.bytes()
      case 5:
        return this.fixed(4)
      default:
        return fail(`illegal wireType ${wire}`)
    }
  }
}

type Tables = {readonly [definition: string]: Numbers}

const byNumber = (numbers: Numbers): Map<number, Field> =>
  new Map(
    Object.entries(numbers).map(([name, number]) =>
      typeof number === 'number' ? [number, {name}] : [Number(name.slice(1)), {name, inner: byNumber(number)}],
    ),
  )

class Decoder {
  readonly #tables: Tables
  readonly #fields = new Map<string, ReadonlyMap<number, Field>>()

  constructor(tables: Tables) {
    this.#tables = tables
  }

  message(bytes: Buffer, schema: Schema, depth = 0): Record<string, unknown> {
    if (depth > maxNesting) fail('exceeded max depth')
    const object: Record<string, unknown> = {}
    this.#into(object, bytes, schema, this.#fieldsOf(schema), depth)
    return object
  }

  #fieldsOf({name = ''}: Schema): ReadonlyMap<number, Field> {
    let fields = this.#fields.get(name)
    if (!fields) this.#fields.set(name, (fields = byNumber(this.#tables[name] ?? {})))
    return fields
  }

  #into(
    object: Record<string, unknown>,
    bytes: Buffer,
    schema: Schema,
    fields: ReadonlyMap<number, Field>,
    depth: number,
  ): void {
    const reader = new Reader(bytes)
    while (!reader.isDone) {
      const {field: number, wire} = reader.tag()
      const value = reader.value(wire)
      const field = fields.get(number)
      if (!field) continue
      if (field.inner) {
        if (Buffer.isBuffer(value)) this.#into(object, value, schema, field.inner, depth)
        continue
      }
      const shape = schema.properties?.[field.name]
      if (shape) this.#add(object, field.name, value, shape, depth)
    }
  }

  #add(object: Record<string, unknown>, name: string, value: bigint | Buffer, schema: Schema, depth: number): void {
    if (schema.type === 'array' && schema.items) {
      const list = (object[name] ??= []) as unknown[]
      list.push(this.#value(value, schema.items, depth))
    } else if (schema.type === 'object' && schema.values && !schema.properties) {
      const map = (object[name] ??= {}) as Record<string, unknown>
      this.#addEntry(map, value, schema.values, depth)
    } else object[name] = this.#value(value, schema, depth)
  }

  #addEntry(map: Record<string, unknown>, entry: bigint | Buffer, values: Schema, depth: number): void {
    if (!Buffer.isBuffer(entry)) return
    const reader = new Reader(entry)
    let key = ''
    let value: bigint | Buffer = Buffer.alloc(0)
    while (!reader.isDone) {
      const {field, wire} = reader.tag()
      const read = reader.value(wire)
      if (field === 1) key = read.toString()
      else if (field === 2) value = read
    }
    const decoded =
      values.type === 'array' && values.items
        ? this.#items(value, values.items, depth)
        : this.#value(value, values, depth)
    Object.defineProperty(map, key, {value: decoded, enumerable: true, configurable: true, writable: true})
  }

  /** A list as a map's value is a message with its items as field 1. */
  #items(value: bigint | Buffer, items: Schema, depth: number): unknown[] {
    const list: unknown[] = []
    if (!Buffer.isBuffer(value)) return list
    const reader = new Reader(value)
    while (!reader.isDone) {
      const {field, wire} = reader.tag()
      const read = reader.value(wire)
      if (field === 1) list.push(this.#value(read, items, depth))
    }
    return list
  }

  #value(value: bigint | Buffer, schema: Schema, depth: number): unknown {
    if (!Buffer.isBuffer(value)) return numberOf(value, schema)
    switch (schema.format) {
      case 'byte':
        return value.toString('base64')
      case 'quantity':
        return textField(value, 1)
      case 'date-time':
        return timeOf(value, false)
      case 'date-time-micro':
      case 'micro-time':
        return timeOf(value, true)
      case 'int-or-string':
        return intOrString(value)
      default:
    }
    if (schema.type === 'string') return value.toString('utf8')
    if (schema.type === 'number') return value.length === 8 ? value.readDoubleLE() : value.readFloatLE()
    if (schema.name && this.#tables[schema.name] && schema.properties) return this.message(value, schema, depth + 1)
    return rawOf(value)
  }
}

const numberOf = (value: bigint, schema: Schema): unknown => {
  if (schema.type === 'boolean') return value !== 0n
  const signed = BigInt.asIntN(64, value)
  return signed >= Number.MIN_SAFE_INTEGER && signed <= Number.MAX_SAFE_INTEGER ? Number(signed) : signed
}

const fieldsOf = (bytes: Buffer): Map<number, bigint | Buffer> => {
  const reader = new Reader(bytes)
  const fields = new Map<number, bigint | Buffer>()
  while (!reader.isDone) {
    const {field, wire} = reader.tag()
    fields.set(field, reader.value(wire))
  }
  return fields
}

const textField = (bytes: Buffer, field: number): string => fieldsOf(bytes).get(field)?.toString() ?? ''

/** No seconds and no nanoseconds is the time that never was. */
const timeOf = (bytes: Buffer, micro: boolean): string | null => {
  const fields = fieldsOf(bytes)
  const seconds = BigInt.asIntN(64, BigInt((fields.get(1) as bigint | undefined) ?? 0n))
  const nanos = Number((fields.get(2) as bigint | undefined) ?? 0n)
  if (!fields.has(1) && !fields.has(2)) return null
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return micro ? `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${whole}Z`
}

const intOrString = (bytes: Buffer): number | string => {
  const fields = fieldsOf(bytes)
  const type = (fields.get(1) as bigint | undefined) ?? 0n
  if (type === 1n) return fields.get(3)?.toString() ?? ''
  return Number(BigInt.asIntN(64, (fields.get(2) as bigint | undefined) ?? 0n))
}

/** Anything at all travels as its JSON in field 1. */
const rawOf = (bytes: Buffer): unknown => {
  const raw = fieldsOf(bytes).get(1)
  if (!Buffer.isBuffer(raw) || raw.length === 0) return null
  try {
    return JSON.parse(raw.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return fail('embedded JSON is not valid')
    throw error
  }
}

const loadTables = async (): Promise<Tables> =>
  (await import('./protobuf-fields.json', {with: {type: 'json'}})).default as unknown as Tables

const loading: {decoder?: Promise<Decoder>} = {}

export interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Buffer
}

export const openEnvelope = (bytes: Buffer): Envelope => {
  const fields = fieldsOf(bytes.subarray(magic.length))
  const type = fields.get(1)
  const names = Buffer.isBuffer(type) ? fieldsOf(type) : new Map<number, bigint | Buffer>()
  const raw = fields.get(2)
  return {
    apiVersion: names.get(1)?.toString() ?? '',
    kind: names.get(2)?.toString() ?? '',
    raw: Buffer.isBuffer(raw) ? raw : Buffer.alloc(0),
  }
}

/** The body as the JSON value it stands for. Throws DecodeError. */
export const decodeProtobuf = async ({apiVersion, kind, raw}: Envelope, schema: Schema): Promise<unknown> => {
  loading.decoder ??= loadTables().then((tables) => new Decoder(tables))
  const decoder = await loading.decoder
  return {apiVersion, kind, ...decoder.message(raw, schema)}
}
