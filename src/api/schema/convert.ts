// One walk that brings a value into the form its built-in type has in the API: canonical quantities and times, fields in
// order, empty optional fields gone, fields that are always written present, unknown fields dropped. A converter is
// made once a schema. What does not fit is only noted here; report.ts then says what and where.
import {canonicalQuantity, tryParseQuantity} from '../meta/quantity.ts'
import {canonicalMicroTime, canonicalTime} from '../meta/time.ts'
import type {Schema} from './contract.ts'
import {isObject, setOwn} from './own.ts'

export interface Notes {
  /** Something did not fit or was unknown. */
  isOdd: boolean
}

/** Never changes its input, never returns a part of it that somebody might write to. */
export type Converter = (value: unknown, notes: Notes) => unknown

const odd = (notes: Notes): undefined => {
  notes.isOdd = true
  return undefined
}

const attempt =
  (canonical: (text: string) => string): Converter =>
  (value, notes) => {
    if (typeof value !== 'string') return odd(notes)
    try {
      return canonical(value)
    } catch {
      // report.ts asks again and keeps the words.
      return odd(notes)
    }
  }

const base64 = /^[A-Za-z0-9+/]*={0,2}$/
export const isPlainBase64 = (text: string): boolean => text.length % 4 === 0 && base64.test(text)

const bytes: Converter = (value, notes) => {
  if (typeof value !== 'string') return odd(notes)
  if (isPlainBase64(value)) return value
  const joined = value.replace(/[\r\n]/g, '')
  return isPlainBase64(joined) ? joined : odd(notes)
}

const quantity: Converter = (value, notes) => {
  if (typeof value !== 'string' && typeof value !== 'number') return odd(notes)
  const text = String(value).trim()
  return 'problem' in tryParse(text) ? odd(notes) : canonicalQuantity(text)
}
const plainQuantity = /^(?:0|[1-9]\d{0,5}(?:m|Mi|Gi|k)?)$/
const tryParse = (text: string): object => (plainQuantity.test(text) ? {} : tryParseQuantity(text))

export const isInt32 = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= -2147483648 && value <= 2147483647
export const isInt64 = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))

const intOrString: Converter = (value, notes) => (typeof value === 'string' || isInt32(value) ? value : odd(notes))

const checked =
  (fits: (value: unknown) => boolean): Converter =>
  (value, notes) =>
    fits(value) ? value : odd(notes)

const scalar = (schema: Schema): Converter => {
  switch (schema.format) {
    case 'byte':
      return bytes
    case 'date-time':
      return attempt(canonicalTime)
    case 'date-time-micro':
      return attempt(canonicalMicroTime)
    case 'quantity':
      return quantity
    case 'int-or-string':
      return intOrString
    case 'int32':
      return checked(isInt32)
    case 'int64':
      return checked(isInt64)
  }
  if (schema.type === 'any') return (value) => copyPlain(value)
  if (schema.type === 'string') return checked((value) => typeof value === 'string')
  if (schema.type === 'boolean') return checked((value) => typeof value === 'boolean')
  return checked((value) => typeof value === 'number' || typeof value === 'bigint')
}

const copyPlain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyPlain)
  const copy = {}
  for (const [key, inner] of Object.entries(value)) setOwn(copy, key, copyPlain(inner))
  return copy
}

/** What Go has where JSON has null: the zero value of the type. */
export const zeroOf = (schema: Schema): unknown => {
  if (schema.type === 'string')
    return schema.format?.startsWith('date-time') ? null : schema.format === 'quantity' ? '0' : ''
  if (schema.type === 'integer' || schema.type === 'number' || schema.format === 'int-or-string') return 0
  if (schema.type === 'boolean') return false
  if (schema.type === 'object' && schema.properties) return converterOf(schema)({}, {isOdd: false})
  return null
}

const array = (schema: Schema): Converter => {
  const items: Schema = schema.items ?? {type: 'any'}
  const convert = lazily(items)
  return (value, notes) => {
    if (!Array.isArray(value)) return odd(notes)
    const result = new Array<unknown>(value.length)
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      result[index] = item === null || item === undefined ? zeroOf(items) : convert(item, notes)
    }
    return result
  }
}

const isSorted = (keys: readonly string[]): boolean => {
  for (let index = 1; index < keys.length; index++) if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return false
  return true
}

const map = (schema: Schema): Converter => {
  const values: Schema = schema.values ?? {type: 'any'}
  const convert = lazily(values)
  return (value, notes) => {
    if (!isObject(value)) return odd(notes)
    const keys = Object.keys(value)
    if (!isSorted(keys)) keys.sort()
    const result = {}
    for (const key of keys) {
      const item = value[key]
      setOwn(result, key, item === null || item === undefined ? zeroOf(values) : convert(item, notes))
    }
    return result
  }
}

interface Field {
  readonly name: string
  readonly convert: Converter
  /** What is written for an absent field; undefined: nothing. */
  readonly absent: (() => unknown) | undefined
  readonly dropsEmpty: boolean
}

const isZeroDefault = (value: unknown): boolean =>
  value === '' || value === 0 || value === false || (isObject(value) && Object.keys(value).length === 0)

const absentRule = (schema: Schema, isRequired: boolean): (() => unknown) | undefined => {
  if (schema.default === null) return () => null
  if (isZeroDefault(schema.default)) return () => zeroOf(schema)
  return isRequired ? () => zeroWhereRequired(schema) : undefined
}
/** A required list, map or pointer that is not there is written as null. */
const zeroWhereRequired = (schema: Schema): unknown =>
  schema.type === 'object' || schema.type === 'array' ? null : zeroOf(schema)

const fieldOf = (name: string, schema: Schema, isRequired: boolean): Field => ({
  name,
  convert: lazily(schema),
  absent: absentRule(schema, isRequired),
  dropsEmpty:
    !isRequired &&
    !schema.optional &&
    schema.default === undefined &&
    schema.format !== 'quantity' &&
    schema.format !== 'int-or-string' &&
    !(schema.type === 'object' && schema.properties) &&
    !schema.preserveUnknown,
})

const isEmpty = (value: unknown): boolean => {
  if (typeof value !== 'object') return value === '' || value === 0 || value === false
  if (value === null) return true
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

const struct = (properties: NonNullable<Schema['properties']>, required: readonly string[]): Converter => {
  const fields = Object.entries(properties).map(([name, schema]) => fieldOf(name, schema, required.includes(name)))
  return (value, notes) => {
    if (!isObject(value)) return odd(notes)
    const result: Record<string, unknown> = {}
    let known = 0
    for (const field of fields) {
      const given = value[field.name]
      if (given !== undefined) known++
      if (given === undefined || given === null) {
        if (field.absent) result[field.name] = field.absent()
        continue
      }
      const converted = field.convert(given, notes)
      if (converted === undefined || (field.dropsEmpty && isEmpty(converted))) continue
      result[field.name] = converted
    }
    if (known !== countDefined(value)) notes.isOdd = true
    return result
  }
}

const countDefined = (value: Record<string, unknown>): number => {
  let count = 0
  for (const key in value) if (value[key] !== undefined) count++
  return count
}

const make = (schema: Schema): Converter => {
  if (schema.type === 'array') return array(schema)
  if (schema.type !== 'object') return scalar(schema)
  if (schema.properties) return struct(schema.properties, schema.required ?? [])
  return schema.values ? map(schema) : (value) => copyPlain(value)
}

const converters = new WeakMap<Schema, Converter>()

export const converterOf = (schema: Schema): Converter => {
  let converter = converters.get(schema)
  if (!converter) {
    converter = make(schema)
    converters.set(schema, converter)
  }
  return converter
}

/** Types contain themselves: a converter is made when it is first used. */
const lazily = (schema: Schema): Converter => {
  let converter: Converter | undefined
  return (value, notes) => {
    converter ??= converterOf(schema)
    return converter(value, notes)
  }
}
