// An update is not blamed for what was wrong before and did not change.
import type {FieldError} from '../field-errors.ts'
import {deepEqual} from '../meta/equal.ts'
import type {Schema} from '../schema/contract.ts'
import {getOwn, isObject} from '../schema/own.ts'

type Step = string | number

const stepsOf = (path: string): Step[] =>
  [...path.matchAll(/\[(\d+)\]|\[([^\]]+)\]|([^.[\]]+)/g)].map(([, index, key, field]) =>
    index !== undefined ? Number(index) : (key ?? field ?? ''),
  )

const fieldSchema = (schema: Schema | undefined, field: string): Schema | undefined =>
  (schema?.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined) ??
  schema?.values

/** The item of the old list that is the same one: by its keys. Items of other lists have no past. */
const sameItem = (item: unknown, old: readonly unknown[], schema: Schema | undefined): unknown => {
  const keys = schema?.listType === 'map' ? schema.listMapKeys : undefined
  if (!keys || !isObject(item)) return undefined
  return old.find((other) => isObject(other) && keys.every((key) => deepEqual(getOwn(other, key), getOwn(item, key))))
}

/** Whether the value a complaint is about, or a list or map around it, is as it was. */
const isUnchanged = (object: unknown, old: unknown, root: Schema, steps: readonly Step[]): boolean => {
  let [value, before, schema]: [unknown, unknown, Schema | undefined] = [object, old, root]
  for (const step of steps) {
    if (before === undefined) return false
    if (Array.isArray(value) && typeof step === 'number') {
      if (deepEqual(value, before)) return true
      before = Array.isArray(before) ? sameItem(value[step], before, schema) : undefined
      value = value[step]
      schema = schema?.items
    } else if (isObject(value)) {
      const field = String(step)
      const next = getOwn(value, field)
      // What is missing is a matter of the object it is missing from.
      if (next === undefined) return deepEqual(value, before)
      before = isObject(before) ? getOwn(before, field) : undefined
      value = next
      schema = fieldSchema(schema, field)
    } else return false
  }
  return before !== undefined && deepEqual(value, before)
}

export const newProblems = (
  problems: readonly FieldError[],
  object: unknown,
  old: unknown,
  schema: Schema,
): FieldError[] => problems.filter(({field}) => field === '' || !isUnchanged(object, old, schema, stepsOf(field)))
