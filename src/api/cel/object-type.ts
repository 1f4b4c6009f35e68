// The types of whole objects whose schemas may contain themselves: built-in kinds, looked into as far as an expression goes.
import type {Schema} from '../schema/contract.ts'
import {listType, mapType, structType, type Type, types} from './language/type.ts'
import {unescapeName} from './values/names.ts'

const textTypes: Readonly<Record<string, Type>> = {
  'date-time': types.timestamp,
  'date-time-micro': types.timestamp,
  byte: types.bytes,
  quantity: types.dyn,
  'int-or-string': types.dyn,
}

const known = new WeakMap<Schema, Type>()

const structOf = (schema: Schema): Type => {
  let type = known.get(schema)
  if (!type) {
    const {properties = {}, name = 'object'} = schema
    const fieldOf = (field: string): Type | undefined => {
      const inner = properties[unescapeName(field)]
      return inner && typeOfSchema(inner)
    }
    known.set(schema, (type = structType(name, fieldOf)))
  }
  return type
}

const simple: Readonly<Record<string, Type>> = {
  boolean: types.bool,
  integer: types.int,
  number: types.double,
}

export const typeOfSchema = (schema: Schema): Type => {
  const {type, format = '', properties, values, items} = schema
  if (type === 'string' || format === 'int-or-string') return textTypes[format] ?? types.string
  if (type === 'array') return items ? listType(typeOfSchema(items)) : types.dyn
  if (type === 'object' && values && !properties) return mapType(types.string, typeOfSchema(values))
  if (type === 'object' && properties) return structOf(schema)
  return simple[type] ?? types.dyn
}
