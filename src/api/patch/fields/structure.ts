// How a value is made of parts that can be owned: structs and maps by key, lists by item, everything else whole.
import type {Schema} from '../../schema/contract.ts'
import {definition} from '../../schema/definitions.ts'
import {getOwn, isObject} from '../../schema/own.ts'

export type Structure = 'fields' | 'keyed list' | 'set' | 'whole'

const openValue: Schema = {type: 'any', preserveUnknown: true}

/** What the schema says, and where it leaves things open, what the value looks like. */
export const structureOf = (schema: Schema, value: unknown): Structure => {
  if (schema.type === 'array') {
    if (schema.listType === 'map') return 'keyed list'
    return schema.listType === 'set' ? 'set' : 'whole'
  }
  if (schema.mapType === 'atomic') return 'whole'
  if (schema.type === 'object') return 'fields'
  return schema.type === 'any' && schema.preserveUnknown && isObject(value) ? 'fields' : 'whole'
}

/** The schema of an object's field; undefined: the field is not declared. */
export const fieldSchema = (schema: Schema, field: string): Schema | undefined => {
  const {properties} = schema
  if (properties) {
    const known = Object.hasOwn(properties, field) ? properties[field] : undefined
    if (known) return known
  }
  if (schema.values) return schema.values
  return schema.preserveUnknown || !properties ? openValue : undefined
}

const sortedKeys = new WeakMap<readonly string[], readonly string[]>()
const keysOf = (schema: Schema): readonly string[] => {
  const keys = schema.listMapKeys ?? []
  let sorted = sortedKeys.get(keys)
  if (!sorted) {
    sorted = [...keys].sort()
    sortedKeys.set(keys, sorted)
  }
  return sorted
}

/** Thrown for an item that does not say who it is. */
export class MissingKeyError extends Error {
  override readonly name = 'MissingKeyError'
}

const plain = /^[\w./-]*$/
const quoted = (value: unknown): string =>
  typeof value === 'string' && plain.test(value) ? `"${value}"` : JSON.stringify(value)

/** `k:{"name":"c"}` or `v:"x"`: which item of its list this is. */
export const elementOf = (schema: Schema, item: unknown): string => {
  if (schema.listType === 'set') return `v:${JSON.stringify(item)}`
  let text = ''
  for (const key of keysOf(schema)) {
    const given = isObject(item) ? getOwn(item, key) : undefined
    const value = given ?? schema.items?.properties?.[key]?.default
    if (value === undefined || (given === undefined && value === ''))
      throw new MissingKeyError(
        `associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`,
      )
    text += `${text === '' ? '' : ','}${quoted(key)}:${quoted(value)}`
  }
  return `k:{${text}}`
}

/** Items by element; of items that share one, all. Lists that cannot be taken apart are undefined. */
export const itemsByElement = (schema: Schema, items: readonly unknown[]): Map<string, unknown[]> | undefined => {
  const byElement = new Map<string, unknown[]>()
  try {
    for (const item of items) {
      const element = elementOf(schema, item)
      const same = byElement.get(element)
      if (same) same.push(item)
      else byElement.set(element, [item])
    }
  } catch (error) {
    if (error instanceof MissingKeyError) return undefined
    throw error
  }
  return byElement
}

export const isEmptyValue = (value: unknown): boolean => {
  if (value === null || value === undefined) return true
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.length === 0
  for (const _ in value) return false
  return true
}

const objectSchemas = new WeakMap<Schema, Schema>()

/** The schema of whole objects: what a custom kind states, with the identity and metadata that all objects have. */
export const objectSchema = (schema: Schema): Schema => {
  if (schema.name !== undefined) return schema
  let whole = objectSchemas.get(schema)
  if (!whole) {
    const identity = {
      apiVersion: {type: 'string'},
      kind: {type: 'string'},
      metadata: definition('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'),
    } as const
    const properties = schema.properties ? {...schema.properties, ...identity} : identity
    whole = {...schema, properties, ...(schema.properties ? {} : {preserveUnknown: true})}
    objectSchemas.set(schema, whole)
  }
  return whole
}
