// JSON to what CEL computes with, and back: integers are exact there.
import type {Schema} from '../schema/contract.ts'
import {isObject} from '../schema/own.ts'

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return'.split(' '),
)

/** How a field's name is written in an expression. */
export const escapeName = (name: string): string => {
  if (reserved.has(name)) return `__${name}__`
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__')
}

/** With a schema: fields are known by their escaped names, and numbers have their type. */
export const toCel = (value: unknown, schema?: Schema): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items))
  if (!isObject(value)) return value
  const result: Record<string, unknown> = {}
  for (const [field, inner] of Object.entries(value)) {
    if (inner === undefined) continue
    const known = schema?.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    // Null is the same as nothing, except where it is a value.
    if (inner === null && known && !known.nullable) continue
    result[known ? escapeName(field) : field] = toCel(inner, known ?? schema?.values)
  }
  return result
}

export const fromCel = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(fromCel)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [String(key), fromCel(inner)]))
  if (isObject(value) && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromCel(inner)]))
  return value
}
