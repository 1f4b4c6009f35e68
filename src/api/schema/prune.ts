// Removes what a schema does not know: for custom resources, whose objects are kept as they were sent otherwise.
import type {Schema} from './contract.ts'
import {isObject} from './own.ts'

const isOpen = (schema: Schema): boolean =>
  schema.preserveUnknown === true ||
  schema.type === 'any' ||
  (schema.properties === undefined &&
    schema.values === undefined &&
    schema.embeddedResource !== true &&
    schema.name !== undefined)

/** What every object with apiVersion and kind of its own may have, stated or not. */
const ofAnyObject = new Set(['apiVersion', 'kind', 'metadata'])

const walk = (value: unknown, schema: Schema, path: string, removed: string[], isRoot: boolean): void => {
  if (Array.isArray(value)) {
    const items = schema.items
    if (items) for (const [index, item] of value.entries()) walk(item, items, `${path}[${index}]`, removed, false)
    return
  }
  if (!isObject(value)) return
  const prefix = path === '' ? '' : `${path}.`
  const mayHaveIdentity = isRoot || schema.embeddedResource === true
  for (const key of Object.keys(value)) {
    const field = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.values
    if (field) walk(value[key], field, prefix + key, removed, false)
    else if (!(isOpen(schema) || (mayHaveIdentity && ofAnyObject.has(key)))) {
      delete value[key]
      removed.push(prefix + key)
    }
  }
}

/** Removes unknown fields in place; returns their paths. */
export const prune = (value: unknown, schema: Schema, isWhole = true): readonly string[] => {
  const removed: string[] = []
  walk(value, schema, '', removed, isWhole)
  return removed
}
