// Which fields differ between two states of an object. Runs on every write: equal parts are skipped as soon as they
// are seen to be the same object, and nothing is made for what did not change.
import {deepEqual} from '../../meta/equal.ts'
import type {Schema} from '../../schema/contract.ts'
import {isObject} from '../../schema/own.ts'
import {emptySet, type FieldSet} from './set.ts'
import {fieldSchema, isEmptyValue, itemsByElement, structureOf} from './structure.ts'

export interface Difference {
  /** New, or with another value. */
  readonly changed: FieldSet
  readonly removed: FieldSet
}

type Node = Record<string, FieldSet>
interface Parts {
  changed: Node | undefined
  removed: Node | undefined
}

/** Collects into `into` under `element` how `after` differs from `before` (undefined: not there). */
const compare = (before: unknown, after: unknown, schema: Schema, element: string, into: Parts): void => {
  if (before === after) return
  const structure = structureOf(schema, after ?? before)
  if (structure === 'whole' || (isEmptyValue(before) && isEmptyValue(after))) {
    if (after === undefined) put(into, 'removed', element, emptySet)
    else if (before === undefined || !deepEqual(before, after)) put(into, 'changed', element, emptySet)
    return
  }
  const parts: Parts = {changed: undefined, removed: undefined}
  if (structure === 'fields') compareFields(before, after, schema, parts)
  else compareItems(before, after, schema, parts)
  if (before === undefined) put(into, 'changed', element, withItself(parts.changed))
  else if (parts.changed) put(into, 'changed', element, parts.changed)
  if (after === undefined) put(into, 'removed', element, withItself(parts.removed))
  else if (parts.removed) put(into, 'removed', element, parts.removed)
}

const withItself = (node: Node | undefined): FieldSet => (node ? {'.': emptySet, ...node} : emptySet)

const hasOnlyItself = (node: FieldSet): boolean => {
  if (!node['.']) return false
  for (const key in node) if (key !== '.') return false
  return true
}

const put = (into: Parts, side: keyof Parts, element: string, node: FieldSet): void => {
  const target = into[side] ?? {}
  into[side] = target
  target[element] = hasOnlyItself(node) ? emptySet : node
}

const compareFields = (before: unknown, after: unknown, schema: Schema, into: Parts): void => {
  const old = isObject(before) ? before : {}
  const now = isObject(after) ? after : {}
  for (const key in now) {
    const field = now[key] === undefined ? undefined : fieldSchema(schema, key)
    if (field) compare(Object.hasOwn(old, key) ? old[key] : undefined, now[key], field, `f:${key}`, into)
  }
  for (const key in old) {
    if (old[key] === undefined || now[key] !== undefined) continue
    const field = fieldSchema(schema, key)
    if (field) compare(old[key], undefined, field, `f:${key}`, into)
  }
}

const none: readonly unknown[] = []

/** Items that share an element are compared as one value. */
const compareSame = (
  were: readonly unknown[],
  are: readonly unknown[],
  items: Schema,
  element: string,
  into: Parts,
): void => {
  if (were.length <= 1 && are.length <= 1) compare(were[0], are[0], items, element, into)
  else if (!deepEqual(were, are)) put(into, are[0] === undefined ? 'removed' : 'changed', element, emptySet)
}

const compareItems = (before: unknown, after: unknown, schema: Schema, into: Parts): void => {
  const old = itemsByElement(schema, Array.isArray(before) ? before : [])
  const now = itemsByElement(schema, Array.isArray(after) ? after : [])
  if (!old || !now) return
  const items: Schema = schema.items ?? {type: 'any'}
  for (const [element, are] of now) compareSame(old.get(element) ?? none, are, items, element, into)
  for (const [element, were] of old) if (!now.has(element)) compareSame(were, none, items, element, into)
}

/** `ignoring` are fields of the root and of metadata that nobody owns. */
export const compareObjects = (before: object, after: object, schema: Schema): Difference => {
  const parts: Parts = {changed: undefined, removed: undefined}
  compareFields(withoutIdentity(before), withoutIdentity(after), schema, parts)
  return {changed: parts.changed ?? emptySet, removed: parts.removed ?? emptySet}
}

/** What no manager owns. */
const unowned = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
])

export const withoutIdentity = (object: object): Record<string, unknown> => {
  const {apiVersion: _, kind: __, metadata, ...rest} = object as Record<string, unknown>
  if (!isObject(metadata)) return rest
  const owned: Record<string, unknown> = {}
  for (const key in metadata) if (!unowned.has(key)) owned[key] = metadata[key]
  return {metadata: owned, ...rest}
}
