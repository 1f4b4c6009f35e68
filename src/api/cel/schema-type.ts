// The types that a schema gives to an object, with how large its parts may become: what an expression costs at worst
// follows from that.
import type {Schema} from '../schema/contract.ts'
import {listType, mapType, structType, type Type, types} from './language/type.ts'
import {canEscape, escapeName} from './values/names.ts'

export interface SchemaType {
  readonly type: Type
  /** Most items, entries or letters; 0 where nothing is counted. */
  readonly most: number
  /** Bytes of JSON that such a value takes at least. */
  readonly leastBytes: number
  readonly fields?: ReadonlyMap<string, SchemaType> | undefined
  readonly item?: SchemaType | undefined
  readonly isMap?: boolean | undefined
}

const requestBytes = 3 * 1024 * 1024
const plain = (type: Type, leastBytes: number, most = 0): SchemaType => ({type, most, leastBytes})
const longestText = requestBytes - 2
const least = {text: 2, bool: 4, number: 1, duration: 3, date: 12, dateTime: 21}
const longest = {duration: 32, date: 12, dateTime: 32}

/** How often something of this size fits into one request. */
export const mostOfSize = (leastBytes: number): number => Math.floor(requestBytes / (leastBytes + 1))

const positive = (count: number): number => Math.max(count, 0)

const textType = ({format, rules, enum: words}: Schema): SchemaType => {
  const {maxLength} = rules ?? {}
  if (format === 'byte')
    return plain(types.bytes, least.text, maxLength === undefined ? longestText : positive(maxLength))
  if (format === 'duration') return plain(types.duration, least.duration, longest.duration)
  if (format === 'date') return plain(types.timestamp, least.date, longest.date)
  if (format === 'date-time') return plain(types.timestamp, least.dateTime, longest.dateTime)
  // A letter may take four bytes.
  if (maxLength !== undefined) return plain(types.string, least.text, positive(maxLength) * 4)
  const longestWord = Math.max(0, ...(words ?? []).map((word) => (typeof word === 'string' ? word.length : 0)))
  return plain(types.string, least.text, words && words.length > 0 ? longestWord : longestText)
}

const text: Schema = {type: 'string'}
const identity: NonNullable<Schema['properties']> = {
  apiVersion: text,
  kind: text,
  metadata: {type: 'object', properties: {name: text, generateName: text}},
}

const objectType = (schema: Schema, name: string, isWhole: boolean): SchemaType => {
  const properties = {...schema.properties, ...(isWhole ? identity : {})}
  const fields = new Map<string, SchemaType>()
  let leastBytes = 2
  for (const [field, inner] of Object.entries(properties)) {
    const type = typeOf(inner, `${name}.${field}`, inner.embeddedResource === true)
    if (!type) continue
    if (canEscape(field)) fields.set(escapeName(field), type)
    if (schema.required?.includes(field) && inner.default === undefined)
      leastBytes += field.length + type.leastBytes + 4
  }
  return {type: structType(name, (field) => fields.get(field)?.type), most: 0, leastBytes, fields}
}

const typeOf = (schema: Schema, name: string, isWhole: boolean): SchemaType | undefined => {
  if (schema.format === 'int-or-string' && schema.type === 'any') return plain(types.dyn, 1, longestText)
  const {rules} = schema
  switch (schema.type) {
    case 'array': {
      const item = schema.items && typeOf(schema.items, `${name}.@idx`, schema.items.embeddedResource === true)
      if (!item) return undefined
      const most =
        rules?.maxItems === undefined ? Math.floor(longestText / (item.leastBytes + 1)) : positive(rules.maxItems)
      return {type: listType(item.type), most, leastBytes: 2, item}
    }
    case 'object': {
      const {values} = schema
      // Maps whose values nobody described have no types.
      if (!values || values.type === 'any') return objectType(schema, name, isWhole)
      const item = typeOf(values, `${name}.@elem`, values.embeddedResource === true)
      if (!item) return undefined
      const {maxProperties} = rules ?? {}
      const most =
        maxProperties === undefined ? Math.floor(longestText / (item.leastBytes + 6)) : positive(maxProperties)
      return {type: mapType(types.string, item.type), most, leastBytes: 2, item, isMap: true}
    }
    case 'string':
      return textType(schema)
    case 'boolean':
      return plain(types.bool, least.bool)
    case 'number':
      return plain(types.double, least.number)
    case 'integer':
      return plain(types.int, least.number)
    default:
      return undefined
  }
}

const known = new WeakMap<Schema, SchemaType | 'none'>()

/** Undefined: expressions cannot see such values. */
export const schemaType = (schema: Schema, isWhole: boolean): SchemaType | undefined => {
  let found = known.get(schema)
  if (!found) known.set(schema, (found = typeOf(schema, 'selfType', isWhole) ?? 'none'))
  return found === 'none' ? undefined : found
}

/** The part of a type that a path from an expression leads to. */
export const partOf = (root: SchemaType, path: readonly string[]): SchemaType | undefined => {
  let at: SchemaType | undefined = root
  for (const step of path) {
    if (!at) return undefined
    if (step === '@items' || step === '@values') at = at.item
    else if (step === '@keys') at = at.isMap ? plain(types.string, least.text) : undefined
    else at = at.fields?.get(step) ?? (at.isMap ? at.item : undefined)
  }
  return at
}
