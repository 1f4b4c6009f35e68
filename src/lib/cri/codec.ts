// Messages to bytes and back: the part of the protocol buffers encoding that CRI uses.
import {type Message, type MessageName, messages, type Received} from './messages.ts'

type Plain = Record<string, unknown>
type Fields = Readonly<Record<string, readonly [number, string]>>

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

const fieldsOf = (name: string): Fields => (messages as Readonly<Record<string, Fields>>)[name] ?? {}

const varint = (out: number[], value: bigint): void => {
  let rest = BigInt.asUintN(64, value)
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  out.push(Number(rest))
}

const smallVarint = (out: number[], value: number): void => {
  let rest = value
  while (rest > 127) {
    out.push((rest & 127) | 128)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
}

const pushAll = (out: number[], bytes: Uint8Array | readonly number[]): void => {
  for (const byte of bytes) out.push(byte)
}

const lengthField = (out: number[], number: number, bytes: Uint8Array | readonly number[]): void => {
  smallVarint(out, number * 8 + LENGTH)
  smallVarint(out, bytes.length)
  pushAll(out, bytes)
}

const mapEntry = (key: string, value: string): number[] => {
  const entry: number[] = []
  lengthField(entry, 1, Buffer.from(key))
  lengthField(entry, 2, Buffer.from(value))
  return entry
}

const isZero = (value: unknown): boolean => value === 0 || value === '' || value === false

const putOne = (out: number[], number: number, type: string, value: unknown): void => {
  if (type === 'string') lengthField(out, number, Buffer.from(String(value)))
  else if (type === 'bytes') lengthField(out, number, value as Uint8Array)
  else if (type === 'bool') {
    smallVarint(out, number * 8 + VARINT)
    out.push(value ? 1 : 0)
  } else if (type === 'double') {
    smallVarint(out, number * 8 + FIXED64)
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(Number(value))
    pushAll(out, bytes)
  } else if (type in scalarZero) {
    smallVarint(out, number * 8 + VARINT)
    const integer = Number(value)
    if (integer >= 0 && integer < 2 ** 53) smallVarint(out, Math.trunc(integer))
    else varint(out, BigInt(Math.trunc(integer)))
  } else lengthField(out, number, encodeFields(type, value as Plain))
}

const scalarZero: Readonly<Record<string, unknown>> = {
  string: '',
  bool: false,
  bytes: new Uint8Array(),
  int32: 0,
  uint32: 0,
  int64: 0,
  uint64: 0,
  double: 0,
  enum: 0,
}

const encodeFields = (name: string, message: Plain): number[] => {
  const out: number[] = []
  for (const [field, [number, type]] of Object.entries(fieldsOf(name))) {
    const value = message[field]
    if (value === undefined || value === null) continue
    if (type === 'map') {
      for (const [key, item] of Object.entries(value)) lengthField(out, number, mapEntry(key, String(item)))
    } else if (type.startsWith('repeated ')) {
      for (const item of value as unknown[]) putOne(out, number, type.slice('repeated '.length), item)
    } else if (!(type in scalarZero && isZero(value))) putOne(out, number, type, value)
  }
  return out
}

export const encode = <Name extends MessageName>(name: Name, message: Message<Name>): Uint8Array =>
  Uint8Array.from(encodeFields(name, message as Plain))

/** A place in the bytes, moving forward; reading past the end throws. */
class Reader {
  position = 0
  readonly bytes: Buffer
  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  get done(): boolean {
    return this.position >= this.bytes.length
  }
  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++]
      if (byte === undefined) break
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw new RangeError('broken protocol buffer: varint')
  }
  small(): number {
    return Number(this.varint())
  }
  take(length: number): Buffer {
    const end = this.position + length
    if (end > this.bytes.length) throw new RangeError('broken protocol buffer: length')
    const taken = this.bytes.subarray(this.position, end)
    this.position = end
    return taken
  }
  skip(wire: number): void {
    if (wire === VARINT) this.varint()
    else if (wire === FIXED64) this.take(8)
    else if (wire === FIXED32) this.take(4)
    else if (wire === LENGTH) this.take(this.small())
    else throw new RangeError(`broken protocol buffer: wire type ${wire}`)
  }
}

const readScalar = (reader: Reader, type: string): unknown => {
  if (type === 'bool') return reader.varint() !== 0n
  if (type === 'double') return reader.take(8).readDoubleLE()
  if (type === 'int64' || type === 'int32' || type === 'enum') return Number(BigInt.asIntN(64, reader.varint()))
  return reader.small()
}

const readOne = (reader: Reader, type: string): unknown => {
  if (type !== 'string' && type !== 'bytes' && type in scalarZero) return readScalar(reader, type)
  const bytes = reader.take(reader.small())
  if (type === 'string') return bytes.toString()
  return type === 'bytes' ? Uint8Array.from(bytes) : decodeFields(type, bytes)
}

/** Repeated numbers may come packed: one length, then the values. */
const readRepeated = (reader: Reader, wire: number, type: string, into: unknown[]): void => {
  const packed = wire === LENGTH && type in scalarZero && type !== 'string' && type !== 'bytes'
  if (!packed) {
    into.push(readOne(reader, type))
    return
  }
  const values = new Reader(reader.take(reader.small()))
  while (!values.done) into.push(readScalar(values, type))
}

const readMapEntry = (bytes: Buffer, into: Record<string, string>): void => {
  const reader = new Reader(bytes)
  let key = ''
  let value = ''
  while (!reader.done) {
    const tag = reader.small()
    if (tag >> 3 === 1) key = reader.take(reader.small()).toString()
    else if (tag >> 3 === 2) value = reader.take(reader.small()).toString()
    else reader.skip(tag & 7)
  }
  into[key] = value
}

const zeroOf = (type: string): unknown => {
  if (type === 'map') return Object.create(null)
  return type.startsWith('repeated ') ? [] : scalarZero[type]
}

interface Shape {
  readonly byNumber: ReadonlyMap<number, readonly [string, string]>
  readonly fields: readonly (readonly [string, string])[]
}

const shapes = new Map<string, Shape>()
const shapeOf = (name: string): Shape => {
  const known = shapes.get(name)
  if (known) return known
  const entries = Object.entries(fieldsOf(name))
  const shape = {
    byNumber: new Map(entries.map(([field, [number, type]]) => [number, [field, type] as const])),
    fields: entries.map(([field, [, type]]) => [field, type] as const),
  }
  shapes.set(name, shape)
  return shape
}

const decodeFields = (name: string, bytes: Uint8Array): Plain => {
  const {byNumber, fields} = shapeOf(name)
  const message: Plain = {}
  for (const [field, type] of fields) message[field] = zeroOf(type)
  const reader = new Reader(bytes)
  while (!reader.done) {
    const tag = reader.small()
    const known = byNumber.get(Math.floor(tag / 8))
    if (!known) {
      reader.skip(tag & 7)
      continue
    }
    const [field, type] = known
    if (type === 'map') readMapEntry(reader.take(reader.small()), message[field] as Record<string, string>)
    else if (type.startsWith('repeated '))
      readRepeated(reader, tag & 7, type.slice('repeated '.length), message[field] as unknown[])
    else message[field] = readOne(reader, type)
  }
  return message
}

export const decode = <Name extends MessageName>(name: Name, bytes: Uint8Array): Received<Name> =>
  decodeFields(name, bytes) as Received<Name>
