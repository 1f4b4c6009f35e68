// Null where a schema does not allow it is the same as nothing: such fields go before validation.
import type {Schema} from '../schema/contract.ts'
import {getOwn, isObject} from '../schema/own.ts'

/** In place. */
export const dropNulls = (value: unknown, schema: Schema): void => {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) dropNulls(item, schema.items)
    return
  }
  if (!isObject(value)) return
  for (const [field, inner] of Object.entries(value)) {
    const known = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    const of = known ?? schema.values
    if (!of) continue
    if (inner !== null) dropNulls(inner, of)
    else if (known && !known.nullable && known.type !== 'any' && getOwn(value, field) === null) delete value[field]
  }
}
