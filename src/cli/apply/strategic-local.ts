// A strategic merge patch applied here, with the merge keys of the built-in kinds: for kustomize and --local.
import {isMap, type Obj} from '../objects.ts'
import {isSet, mergeKeyOf} from './merge-keys.ts'

const isDirective = (item: unknown): item is Obj => isMap(item) && '$patch' in item

const withoutMark = (item: Obj): Obj => {
  const {$patch: _, ...rest} = item
  return rest
}

const mergeList = (key: string, target: readonly unknown[], patch: readonly unknown[]): unknown[] => {
  if (patch.some((item) => isDirective(item) && item.$patch === 'replace'))
    return patch.filter((item) => !isDirective(item))
  const rest = [...target]
  const first: unknown[] = []
  for (const item of patch) {
    if (!isMap(item)) continue
    const index = rest.findIndex((known) => isMap(known) && known[key] === item[key])
    const [known] = index >= 0 ? rest.splice(index, 1) : []
    if (item.$patch === 'delete') continue
    first.push(
      known === undefined || item.$patch === 'replace' ? withoutMark(item) : strategicMerge(known as Obj, item),
    )
  }
  // What the patch names comes first, in its order.
  return [...first, ...rest]
}

export const strategicMerge = (target: Obj, patch: Obj): Obj => {
  if (patch.$patch === 'replace') return withoutMark(patch)
  const result: Obj = {...target}
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue
    const current = result[field]
    if (value === null) delete result[field]
    else if (isMap(value) && value.$patch === 'delete') delete result[field]
    else if (isMap(value)) result[field] = strategicMerge(isMap(current) ? current : {}, value)
    else if (Array.isArray(value) && Array.isArray(current)) {
      const key = mergeKeyOf(field, [...value, ...current])
      if (key !== undefined) result[field] = mergeList(key, current, value)
      else result[field] = isSet(field) ? [...new Set([...current, ...value])] : value
    } else result[field] = value
  }
  return result
}
