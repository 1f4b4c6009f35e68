// Strategic merge as kustomize does it: what a patch adds to a list stands before what was there, and $patch is the only
// directive.

import type {Schema} from '../../api/schema/contract.ts'
import {isMap, type Obj} from '../objects.ts'

const gone = Symbol('gone')

const mergeList = (target: readonly unknown[], patch: readonly unknown[], schema: Schema | undefined): unknown[] => {
  const key = schema?.patchStrategy?.includes('merge') ? schema.patchMergeKey : undefined
  const isSet = schema?.patchStrategy?.includes('merge') && key === undefined
  const replace = patch.some((item) => isMap(item) && item.$patch === 'replace')
  if (replace) return patch.filter((item) => !(isMap(item) && item.$patch === 'replace'))
  if (isSet) return [...patch, ...target.filter((item) => !patch.includes(item))]
  if (key === undefined) return patch.map((item) => clean(item))
  const keyOf = (item: unknown): unknown => (isMap(item) ? item[key] : item)
  const changed = patch.flatMap((item) => {
    const known = target.find((other) => keyOf(other) === keyOf(item))
    const result = known === undefined ? clean(item) : mergeValue(known, item, schema?.items)
    return result === gone || (isMap(item) && item.$patch === 'delete') ? [] : [result]
  })
  return [...changed, ...target.filter((other) => !patch.some((item) => keyOf(item) === keyOf(other)))]
}

/** A new value without nulls and directives. */
const clean = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(clean)
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([field, inner]) => inner !== null && field !== '$patch')
      .map(([field, inner]) => [field, clean(inner)]),
  )
}

const fieldSchema = (schema: Schema | undefined, field: string): Schema | undefined =>
  schema?.properties?.[field] ?? schema?.values

const mergeValue = (target: unknown, patch: unknown, schema: Schema | undefined): unknown => {
  if (Array.isArray(target) && Array.isArray(patch)) return mergeList(target, patch, schema)
  if (!isMap(patch)) return patch
  if (patch.$patch === 'delete') return gone
  if (!isMap(target) || patch.$patch === 'replace') return clean(patch)
  const merged: Obj = {...target}
  for (const [field, value] of Object.entries(patch)) {
    if (field === '$patch') continue
    if (value === null) delete merged[field]
    else {
      const result =
        merged[field] === undefined ? clean(value) : mergeValue(merged[field], value, fieldSchema(schema, field))
      if (result === gone) delete merged[field]
      else merged[field] = result
    }
  }
  return merged
}

/** Undefined: the patch deletes the object. */
export const mergeStrategic = (target: Obj, patch: Obj, schema: Schema | undefined): Obj | undefined => {
  const result = mergeValue(target, patch, schema)
  return result === gone ? undefined : (result as Obj)
}
