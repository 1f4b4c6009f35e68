// When values are the same, and which comes first. Numbers of all kinds compare with each other.

import {TypeValue} from './kinds.ts'
import {Cidr, Ip, Quantity, Semver, Url} from './kubernetes.ts'
import {sameLists} from './lists.ts'
import {type CelMap, entriesOf, isMap} from './maps.ts'
import {CelError, Uint} from './numbers.ts'
import {Optional} from './optional.ts'
import {Duration, Timestamp} from './time.ts'

type Numeric = bigint | number

const numeric = (value: unknown): Numeric | undefined => {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  return value instanceof Uint ? value.value : undefined
}

const isSameNumber = (x: Numeric, y: Numeric): boolean => !(x < y || x > y) && !Number.isNaN(x) && !Number.isNaN(y)

const sameMaps = (a: CelMap, b: CelMap): boolean => {
  if (a.size !== b.size) return false
  for (const [key, value] of entriesOf(a)) if (!b.has(key) || !equal(value, b.get(key))) return false
  return true
}

/** Values of classes that are equal when their text is. */
const textOf = (value: unknown): string | undefined => {
  if (value instanceof Duration || value instanceof Timestamp) return `${value.constructor.name}${value.nanos}`
  if (value instanceof Ip) return `ip${value.canonical}`
  if (value instanceof Cidr) return `cidr${value.ip.canonical}/${value.prefix}`
  return value instanceof Url ? `url${value.url.href}` : undefined
}

const sameOthers = (a: unknown, b: unknown): boolean => {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  if (a instanceof Quantity && b instanceof Quantity) return a.compare(b) === 0
  if (a instanceof Semver && b instanceof Semver) return a.compare(b) === 0
  if (a instanceof Optional && b instanceof Optional)
    return a.is && b.is ? equal(a.is.value, b.is.value) : a.is === b.is
  if (a instanceof TypeValue && b instanceof TypeValue) return a.name === b.name
  const text = textOf(a)
  return text !== undefined && text === textOf(b)
}

export const equal = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' && typeof b !== 'object' && typeof a === typeof b) return false
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && isSameNumber(x, y)
  if (Array.isArray(a)) return Array.isArray(b) && sameLists(a, b, equal)
  if (isMap(a)) return isMap(b) && sameMaps(a, b)
  return sameOthers(a, b)
}

const ordered = (a: unknown, b: unknown): number | undefined => {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 0 : compareText(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : isSameNumber(x, y) ? 0 : Number.NaN
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration))
    return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
  if (a instanceof Quantity && b instanceof Quantity) return a.compare(b)
  return a instanceof Semver && b instanceof Semver ? a.compare(b) : undefined
}

/** By bytes of UTF-8, which is by code points. */
const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

export const compare = (a: unknown, b: unknown): number => {
  const order = ordered(a, b)
  if (order === undefined) throw new CelError('no such overload')
  return order
}
