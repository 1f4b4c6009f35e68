// Takes out of an object what a manager used to own, no longer states, and nobody else owns.
import type {Schema} from '../../schema/contract.ts'
import {isObject, setOwn} from '../../schema/own.ts'
import {type FieldSet, isEmptySet, isMember} from './set.ts'
import {elementOf, fieldSchema, MissingKeyError, structureOf} from './structure.ts'

const gone = Symbol('gone')

/**
 * Whether a set has this element. A struct's field counts as owned with anything below it; a key of a map or an item
 * of a list only when it is itself in the set.
 */
const owns = (node: FieldSet | undefined, isStructField: boolean): boolean =>
  node !== undefined && (isStructField || isMember(node))

const removeFrom = (value: unknown, schema: Schema, former: FieldSet, owned: FieldSet | undefined): unknown => {
  const structure = structureOf(schema, value)
  if (structure === 'fields' && isObject(value)) return removeFields(value, schema, former, owned)
  if ((structure === 'keyed list' || structure === 'set') && Array.isArray(value))
    return removeItems(value, schema, former, owned)
  return value
}

export const removeFields = (
  object: Record<string, unknown>,
  schema: Schema,
  former: FieldSet,
  owned: FieldSet | undefined,
): unknown => {
  const result = {}
  let isChanged = false
  let count = 0
  for (const [key, value] of Object.entries(object)) {
    const element = `f:${key}`
    const was = former[element]
    const field = was && fieldSchema(schema, key)
    const kept =
      was && field ? removeOne(value, field, was, owned?.[element], Object.hasOwn(schema.properties ?? {}, key)) : value
    if (kept !== value) isChanged = true
    if (kept === gone) continue
    setOwn(result, key, kept)
    count++
  }
  if (!isChanged) return object
  return count === 0 ? null : result
}

const removeOne = (
  value: unknown,
  schema: Schema,
  former: FieldSet,
  owned: FieldSet | undefined,
  isStructField: boolean,
): unknown => {
  if (owns(former, isStructField) && !owns(owned, isStructField)) return gone
  return isEmptySet(former) ? value : removeFrom(value, schema, former, owned)
}

const removeItems = (
  items: readonly unknown[],
  schema: Schema,
  former: FieldSet,
  owned: FieldSet | undefined,
): unknown => {
  const kept: unknown[] = []
  let isChanged = false
  for (const item of items) {
    let element: string
    try {
      element = elementOf(schema, item)
    } catch (error) {
      if (error instanceof MissingKeyError) return items
      throw error
    }
    const was = former[element]
    const left = was && schema.items ? removeOne(item, schema.items, was, owned?.[element], false) : item
    if (left !== item) isChanged = true
    if (left !== gone) kept.push(left)
  }
  if (!isChanged) return items
  return kept.length === 0 ? null : kept
}
