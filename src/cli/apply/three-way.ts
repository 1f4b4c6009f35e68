// The patch that brings a live object to the given configuration: what was applied before and is gone is removed,
// what is given is set, what others set stays.
import {deepEqual} from '../../api/meta/equal.ts'
import {isMap, type Obj} from '../objects.ts'
import {isSet, mergeKeyOf, retainsKeys} from './merge-keys.ts'

export interface Versions {
  /** What was applied last. */
  readonly original: unknown
  readonly modified: unknown
  readonly live: unknown
}

const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const keyIn = (item: unknown, key: string): unknown => (isMap(item) ? item[key] : undefined)

/** An item more on one side counts as another order: kubectl sends its wish for an order then. */
const isSameOrder = (key: string, one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((item, index) => keyIn(item, key) === keyIn(other[index], key))

const listPatch = (field: string, key: string, {original, modified, live}: Versions, patch: Obj): void => {
  const wanted = itemsOf(modified)
  const find = (list: unknown, id: unknown): unknown => itemsOf(list).find((item) => keyIn(item, key) === id)
  const changes: Obj[] = []
  for (const item of wanted) {
    const id = keyIn(item, key)
    const current = find(live, id)
    if (current === undefined) {
      changes.push(item as Obj)
      continue
    }
    const change = mapPatch({original: find(original, id), modified: item, live: current}, true)
    if (Object.keys(change).length > 0)
      changes.push({
        ...change,
        ...(retainsKeys(field) ? {$retainKeys: Object.keys(item as Obj).sort()} : {}),
        [key]: id,
      })
  }
  for (const item of itemsOf(original)) {
    const id = keyIn(item, key)
    if (find(wanted, id) === undefined && find(live, id) !== undefined) changes.push({$patch: 'delete', [key]: id})
  }
  if (changes.length === 0 && isSameOrder(key, wanted, itemsOf(live))) return
  patch[`$setElementOrder/${field}`] = wanted.map((item) => ({[key]: keyIn(item, key)}))
  if (changes.length > 0) patch[field] = changes
}

const setPatch = (field: string, {original, modified, live}: Versions, patch: Obj): void => {
  const present = itemsOf(live)
  const added = itemsOf(modified).filter((item) => !present.includes(item))
  const removed = itemsOf(original).filter((item) => !itemsOf(modified).includes(item) && present.includes(item))
  if (added.length > 0) patch[field] = added
  if (removed.length > 0) patch[`$deleteFromPrimitiveList/${field}`] = removed
  if (added.length > 0 || removed.length > 0) patch[`$setElementOrder/${field}`] = itemsOf(modified)
}

const fieldPatch = (field: string, versions: Versions, strategic: boolean, patch: Obj): void => {
  const {modified, live} = versions
  if (isMap(modified) && isMap(live)) {
    const inner = mapPatch(versions, strategic)
    if (Object.keys(inner).length > 0)
      patch[field] = strategic && retainsKeys(field) ? {...inner, $retainKeys: Object.keys(modified).sort()} : inner
    return
  }
  if (strategic && Array.isArray(modified) && Array.isArray(live)) {
    if (isSet(field)) {
      setPatch(field, versions, patch)
      return
    }
    const key = mergeKeyOf(field, [...modified, ...live])
    if (key !== undefined) {
      listPatch(field, key, versions, patch)
      return
    }
  }
  if (!deepEqual(modified, live)) patch[field] = modified
}

export const mapPatch = ({original, modified, live}: Versions, strategic: boolean): Obj => {
  const patch: Obj = {}
  const [was, wanted, is] = [original, modified, live].map((value) => (isMap(value) ? value : {})) as [Obj, Obj, Obj]
  for (const [field, value] of Object.entries(wanted)) {
    if (value === null) {
      if (field in is) patch[field] = null
    } else if (field in is)
      fieldPatch(field, {original: was[field], modified: value, live: is[field]}, strategic, patch)
    else patch[field] = value
  }
  for (const field of Object.keys(was)) if (!(field in wanted) && field in is) patch[field] = null
  return patch
}

/** RFC 7386: from one object to the other. */
export const mergeDifference = (from: unknown, to: unknown): Obj =>
  mapPatch({original: from, modified: to, live: from}, false)
