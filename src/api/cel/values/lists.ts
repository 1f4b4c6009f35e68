// Lists are arrays. Those that came from an object remember how their schema wants them compared and joined.
import type {Schema} from '../../schema/contract.ts'
import {isMap} from './maps.ts'

export type CelList = readonly unknown[]
type Equal = (a: unknown, b: unknown) => boolean

const schemas = new WeakMap<CelList, Schema>()

export const remember = (list: CelList, schema: Schema): void => {
  if (schema.listType === 'set' || schema.listType === 'map') schemas.set(list, schema)
}

const keysOf = (schema: Schema | undefined): readonly string[] | undefined =>
  schema?.listType === 'map' ? schema.listMapKeys : undefined

const sameKeys = (a: unknown, b: unknown, keys: readonly string[], equal: Equal): boolean =>
  isMap(a) && isMap(b) && keys.every((key) => equal(a.get(key), b.get(key)))

/** Sets and keyed lists are the same in any order. */
export const sameLists = (a: CelList, b: CelList, equal: Equal): boolean => {
  if (a.length !== b.length) return false
  const schema = schemas.get(a)
  if (!schema) return a.every((item, index) => equal(item, b[index]))
  return a.every((item) => b.some((other) => equal(item, other)))
}

/** Sets take no item twice; keyed lists let the second list overrule. */
export const joinLists = (a: CelList, b: CelList, equal: Equal): CelList => {
  const schema = schemas.get(a)
  if (!schema) return [...a, ...b]
  const keys = keysOf(schema)
  const isSame = keys ? (x: unknown, y: unknown) => sameKeys(x, y, keys, equal) : equal
  const kept = a.map((item) => (keys ? (b.find((other) => isSame(item, other)) ?? item) : item))
  const joined = [...kept, ...b.filter((item) => !a.some((other) => isSame(item, other)))]
  schemas.set(joined, schema)
  return joined
}
