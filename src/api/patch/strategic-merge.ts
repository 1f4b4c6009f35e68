// Strategic merge patch: a merge patch that knows the type. Lists with a merge key are merged item by item, and the
// directives $patch, $retainKeys, $deleteFromPrimitiveList and $setElementOrder say what a plain value cannot.
// Works on the object's JSON; shares what it does not change.

import {deepEqual} from '../meta/equal.ts'
import type {Schema} from '../schema/contract.ts'
import {isObject, setOwn} from '../schema/own.ts'
import {goKind, goPrint} from './go-print.ts'
import {
  checkOrderList,
  identityOf,
  indexOfItem,
  missingKey,
  orderItems,
  StrategicPatchError,
} from './strategic-lists.ts'

type Fields = Record<string, unknown>
const deletePrefix = '$deleteFromPrimitiveList/'
const orderPrefix = '$setElementOrder/'

const unknownDirective = (directive: unknown, patch: Fields): StrategicPatchError =>
  new StrategicPatchError(`unknown patch type: ${String(directive)} in map: ${goPrint(patch)}`)

const badRetainKeys = (): StrategicPatchError =>
  new StrategicPatchError('invalid patch format of retainKeys', 'bad request')

const fieldSchema = (schema: Schema | undefined, field: string): Schema | undefined =>
  schema?.properties ? schema.properties[field] : schema?.values

const without = (fields: Fields, key: string): Fields => {
  const {[key]: _, ...rest} = fields
  return rest
}

/** A value that is new to the object: what the directives in it would do to nothing. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => !(isObject(item) && item.$patch !== undefined)).map(plain)
  if (!isObject(value)) return value
  if (value.$patch === 'delete') return undefined
  const result = {}
  for (const [key, inner] of Object.entries(value)) {
    const isDirective =
      key === '$patch' || key === '$retainKeys' || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)
    if (isDirective || inner === null) continue
    const made = plain(inner)
    if (made !== undefined) setOwn(result, key, made)
  }
  return result
}

const retained = (live: Fields, patch: Fields): Fields => {
  const keys = patch.$retainKeys
  if (!Array.isArray(keys)) throw badRetainKeys()
  const kept = new Set<unknown>(keys)
  for (const [key, value] of Object.entries(patch)) {
    const isDirective = key === '$retainKeys' || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)
    if (!isDirective && value !== null && !kept.has(key)) throw badRetainKeys()
  }
  return Object.fromEntries(Object.entries(live).filter(([key]) => kept.has(key)))
}

const mergeScalars = (live: readonly unknown[], patch: readonly unknown[]): unknown[] => {
  const all: unknown[] = []
  for (const value of [...live, ...patch]) if (!all.some((known) => deepEqual(known, value))) all.push(value)
  return orderItems(all, {mergeKey: undefined, patchOrder: patch, liveOrder: live})
}

/** What is left of the two lists once the items that only give directions are done. */
const followDirections = (
  live: readonly unknown[],
  patch: readonly Fields[],
  mergeKey: string,
): {live: readonly unknown[]; patch: readonly Fields[]} => {
  let left = live
  let replaces = false
  for (const item of patch) {
    if (item.$patch === undefined) continue
    if (item.$patch === 'delete') {
      if (item[mergeKey] === undefined) throw missingKey(item, mergeKey)
      left = left.filter((known) => !deepEqual(identityOf(known, mergeKey), item[mergeKey]))
    } else if (item.$patch === 'replace') replaces = true
    else if (item.$patch === 'merge')
      throw new StrategicPatchError('merging lists cannot yet be specified in the patch')
    else throw unknownDirective(item.$patch, item)
  }
  const rest = patch.filter((item) => item.$patch === undefined)
  return replaces ? {live: rest.map((item) => plain(item)), patch: []} : {live: left, patch: rest}
}

const mergeObjects = (live: readonly unknown[], patch: readonly Fields[], schema: Schema): unknown[] => {
  const mergeKey = schema.patchMergeKey
  if (mergeKey === undefined)
    throw new StrategicPatchError(`cannot merge lists without merge key for ${schema.items?.name ?? ''}`)
  const lists = followDirections(live, patch, mergeKey)
  const merged = [...lists.live]
  for (const item of lists.patch) {
    if (item[mergeKey] === undefined) throw missingKey(item, mergeKey)
    const index = indexOfItem(merged, item, mergeKey)
    if (index < 0) merged.push(plain(item))
    else merged[index] = mergeFields(merged[index] as Fields, item, schema.items)
  }
  return orderItems(merged, {mergeKey, patchOrder: lists.patch, liveOrder: lists.live})
}

const elementKinds = (...lists: (readonly unknown[])[]): Set<string> => {
  const kinds = new Set(lists.flat().map(goKind))
  if (kinds.has('slice')) throw new StrategicPatchError('lists of lists are not supported', 'unprocessable')
  if (kinds.size > 1) throw new StrategicPatchError(`list element types are not identical: ${[...kinds].join(', ')}`)
  return kinds
}

const mergeLists = (live: readonly unknown[], patch: readonly unknown[], schema: Schema | undefined): unknown => {
  if (!schema?.patchStrategy?.includes('merge')) return patch
  if (live.length === 0 && patch.length === 0) return live
  return elementKinds(live, patch).has('map')
    ? mergeObjects(live, patch as Fields[], schema)
    : mergeScalars(live, patch)
}

const mergeValue = (live: unknown, patch: unknown, schema: Schema | undefined): unknown => {
  if (isObject(live) && isObject(patch))
    return schema?.patchStrategy?.includes('replace') ? plain(patch) : mergeFields(live, patch, schema)
  if (Array.isArray(live) && Array.isArray(patch)) return mergeLists(live, patch, schema)
  return plain(patch)
}

const listOf = (value: unknown, what: string): readonly unknown[] | undefined => {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value)) return value
  throw new StrategicPatchError(`expected a list for ${what}, but received a ${goKind(value)}`)
}

/** `$setElementOrder/x` and the list x it speaks of. */
const mergeInOrder = (live: Fields, patch: Fields, field: string, schema: Schema | undefined): unknown => {
  const order = listOf(patch[orderPrefix + field], orderPrefix + field) ?? []
  const liveItems = listOf(live[field], field)
  const patchItems = listOf(patch[field], field)
  if (!liveItems && !patchItems) return undefined
  const mergeKey = schema?.patchMergeKey
  if (patchItems) checkOrderList(patchItems, order, mergeKey)
  const merged = liveItems
    ? patchItems
      ? (mergeLists(liveItems, patchItems, schema) as readonly unknown[])
      : liveItems
    : (plain(patchItems) as readonly unknown[])
  const liveOrder = liveItems && patchItems ? orderAfterDeletions(liveItems, patchItems, mergeKey) : (liveItems ?? [])
  return orderItems(merged, {mergeKey, patchOrder: order, liveOrder})
}

/**
 * The order the server goes by once the patch has deleted items: new ones have taken the places that became free, as
 * many as there were. (Without deletions new items have no place in it.)
 */
const orderAfterDeletions = (
  live: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string | undefined,
): readonly unknown[] => {
  if (mergeKey === undefined) return live
  const isDeletion = (item: unknown): boolean => isObject(item) && item.$patch === 'delete'
  const deleted = patch.filter(isDeletion)
  const left = live.filter((item) => indexOfItem(deleted, item, mergeKey) < 0)
  const added = patch.filter(
    (item) => isObject(item) && item.$patch === undefined && indexOfItem(left, item, mergeKey) < 0,
  )
  return [...left, ...added.slice(0, live.length - left.length)]
}

const deleteFrom = (live: unknown, removed: unknown): unknown =>
  Array.isArray(live) && Array.isArray(removed)
    ? live.filter((value) => !removed.some((gone) => deepEqual(gone, value)))
    : live

const mergeFields = (original: Fields, patch: Fields, schema: Schema | undefined): Fields => {
  if (patch.$patch === 'replace') return plain(without(patch, '$patch')) as Fields
  if (patch.$patch === 'delete') return {}
  if (patch.$patch !== undefined) throw unknownDirective(patch.$patch, patch)
  const live: Fields = patch.$retainKeys === undefined ? {...original} : retained(original, patch)
  const ordered = new Set<string>()
  for (const key of Object.keys(patch).filter((name) => name.startsWith(orderPrefix))) {
    const field = key.slice(orderPrefix.length)
    const merged = mergeInOrder(live, patch, field, fieldSchema(schema, field))
    if (merged !== undefined) setOwn(live, field, merged)
    ordered.add(field)
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === '$retainKeys' || key.startsWith(orderPrefix) || ordered.has(key)) continue
    if (key.startsWith(deletePrefix)) {
      const field = key.slice(deletePrefix.length)
      if (Object.hasOwn(live, field)) setOwn(live, field, deleteFrom(live[field], value))
    } else if (value === null) delete live[key]
    else if (Object.hasOwn(live, key)) setOwn(live, key, mergeValue(live[key], value, fieldSchema(schema, key)))
    else {
      const made = plain(value)
      if (made !== undefined) setOwn(live, key, made)
    }
  }
  return live
}

/** The object's JSON after the patch. Throws StrategicPatchError. */
export const strategicMergePatch = (object: object, patch: object, schema: Schema): object =>
  mergeFields(object as Fields, patch as Fields, schema)
