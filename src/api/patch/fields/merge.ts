// The object after a configuration is laid over it: its fields win, lists with identity are merged item by item.
import type {Schema} from '../../schema/contract.ts'
import {isObject, setOwn} from '../../schema/own.ts'
import {fieldSchema, itemsByElement, structureOf} from './structure.ts'

const mergeValue = (live: unknown, config: unknown, schema: Schema): unknown => {
  if (live === undefined || live === null) return config
  const structure = structureOf(schema, config)
  if (structure === 'fields' && isObject(live) && isObject(config)) return mergeFields(live, config, schema)
  if ((structure === 'keyed list' || structure === 'set') && Array.isArray(live) && Array.isArray(config))
    return mergeItems(live, config, schema)
  return config
}

export const mergeFields = (
  live: Record<string, unknown>,
  config: Record<string, unknown>,
  schema: Schema,
): Record<string, unknown> => {
  const result: Record<string, unknown> = {...live}
  for (const [key, value] of Object.entries(config)) {
    const field = fieldSchema(schema, key)
    if (field && value !== undefined)
      setOwn(result, key, mergeValue(Object.hasOwn(live, key) ? live[key] : undefined, value, field))
  }
  return result
}

/** Items that only the object has stay where they are; those of the configuration come in its order between them. */
const mergeItems = (live: readonly unknown[], config: readonly unknown[], schema: Schema): unknown[] => {
  const old = itemsByElement(schema, live)
  const stated = itemsByElement(schema, config)
  if (!old || !stated) return [...config]
  const items: Schema = schema.items ?? {type: 'any'}
  const result: unknown[] = []
  const left = [...old.keys()]
  const right = [...stated.keys()]
  const shared = right.filter((element) => old.has(element))
  const take = (element: string): void => {
    const values = stated.get(element) ?? old.get(element) ?? []
    const [before] = old.get(element) ?? []
    if (stated.has(element) && shared[0] === element) shared.shift()
    if (stated.has(element)) result.push(...values.map((value) => mergeValue(before, value, items)))
    else result.push(...values)
  }
  while (left.length > 0 || right.length > 0) {
    const [mine, theirs] = [left[0], right[0]]
    if (mine !== undefined && mine === theirs) {
      take(mine)
      left.shift()
      right.shift()
    } else if (mine !== undefined && theirs !== undefined && stated.has(mine) && shared[0] !== mine) left.shift()
    else if (mine !== undefined && !stated.has(mine)) {
      take(mine)
      left.shift()
    } else if (theirs !== undefined) {
      take(theirs)
      right.shift()
    } else left.shift()
  }
  return result
}
