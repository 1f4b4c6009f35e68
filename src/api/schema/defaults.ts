// Defaults that a schema states. What depends on other fields is the business of the kind.
import {formatQuantity, roundQuantityUp} from '../meta/quantity.ts'
import type {Schema} from './contract.ts'
import {getOwn, isObject, setOwn} from './own.ts'

type Applier = (value: unknown) => void

const copy = (value: unknown): unknown => (typeof value === 'object' && value !== null ? structuredClone(value) : value)

/** A schema without a default anywhere below needs no walk: most have none. */
const hasWork = (schema: Schema, seen: Set<Schema> = new Set()): boolean => {
  if (seen.has(schema)) return false
  seen.add(schema)
  if (schema.values?.format === 'quantity') return true
  const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.values]
  return inner.some((part) => part !== undefined && (part.default !== undefined || hasWork(part, seen)))
}

/** Amounts of resources are kept to a thousandth, rounded up. */
const roundAmounts: Applier = (value) => {
  if (!isObject(value)) return
  for (const [name, amount] of Object.entries(value))
    if (typeof amount === 'string' && /[nu]$|\.|[eE]-/.test(amount))
      setOwn(value, name, formatQuantity(roundQuantityUp(amount)))
}

const forFields = (properties: NonNullable<Schema['properties']>): Applier => {
  const defaults = Object.entries(properties).filter(
    ([, schema]) => schema.default !== undefined && schema.default !== null,
  )
  const nested = Object.entries(properties).flatMap(([name, schema]): [string, Applier][] => {
    const apply = hasWork(schema) ? lazily(schema) : undefined
    return apply ? [[name, apply]] : []
  })
  return (value) => {
    if (!isObject(value)) return
    for (const [name, schema] of defaults)
      if (getOwn(value, name) === undefined) setOwn(value, name, copy(schema.default))
      else if (getOwn(value, name) === null && !schema.nullable) setOwn(value, name, copy(schema.default))
    for (const [name, apply] of nested) apply(getOwn(value, name))
  }
}

const make = (schema: Schema): Applier => {
  if (!hasWork(schema)) return () => {}
  if (schema.values?.format === 'quantity') return roundAmounts
  const fields = schema.properties ? forFields(schema.properties) : undefined
  const every = schema.items ?? schema.values
  const inner = every ? lazily(every) : undefined
  const known = new Set(Object.keys(schema.properties ?? {}))
  return (value) => {
    fields?.(value)
    if (!inner || typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) value.forEach(inner)
    else for (const key of Object.keys(value)) if (!known.has(key)) inner(getOwn(value, key))
  }
}

const appliers = new WeakMap<Schema, Applier>()
const lazily =
  (schema: Schema): Applier =>
  (value) => {
    let apply = appliers.get(schema)
    if (!apply) {
      apply = make(schema)
      appliers.set(schema, apply)
    }
    apply(value)
  }

/** Fills in, in place, what the schema gives to absent fields. */
export const applyDefaults = (value: unknown, schema: Schema): void => lazily(schema)(value)
