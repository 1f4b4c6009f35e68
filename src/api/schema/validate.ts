// Checks a value against what its schema states: types, words, bounds, patterns, combinations, unique list items. For
// custom resources; built-in kinds are decoded and have rules of their own. CEL rules are not run here.
import {userPattern} from '../../lib/user-pattern.ts'
import {FieldErrors} from '../field-errors.ts'
import {deepEqual} from '../meta/equal.ts'
import type {Schema, ValueRules} from './contract.ts'
import {hasFormat} from './formats.ts'
import {getOwn, isObject} from './own.ts'

const typeOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

const isIntOrString = (schema: Schema): boolean => schema.type === 'any' && schema.format === 'int-or-string'

const typesOf = (schema: Schema): readonly string[] => {
  if (isIntOrString(schema)) return ['integer', 'string']
  return schema.type === 'any' ? [] : [schema.type]
}

const fitsType = (value: unknown, schema: Schema): boolean => {
  const types = typesOf(schema)
  const type = typeOf(value)
  if (types.length === 0) return true
  return types.includes(type) || (type === 'integer' && types.includes('number'))
}

/** The path as messages have it inside: empty for the root. */
const place = (path: string): string => `${path} in body`

const checkString = (text: string, schema: Schema, path: string, errors: FieldErrors): void => {
  const {maxLength, minLength, pattern} = schema.rules ?? {}
  const length = maxLength === undefined && minLength === undefined ? 0 : [...text].length
  if (maxLength !== undefined && length > maxLength) errors.tooLong(path, maxLength)
  if (minLength !== undefined && length < minLength)
    errors.invalid(path, text, `${place(path)} should be at least ${minLength} chars long`)
  if (pattern !== undefined && !userPattern(pattern).matcher(text).find())
    errors.invalid(path, text, `${place(path)} should match '${pattern}'`)
  if (schema.format && !isIntOrString(schema) && !hasFormat(text, schema.format))
    errors.typeInvalid(path, text, `${place(path)} must be of type ${schema.format}: ${JSON.stringify(text)}`)
}

const checkNumber = (value: number | bigint, rules: ValueRules, path: string, errors: FieldErrors): void => {
  const {maximum, exclusiveMaximum, minimum, exclusiveMinimum, multipleOf} = rules
  const complain = (what: string): void => errors.invalid(path, value, `${place(path)} should be ${what}`)
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    complain(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`)
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    complain(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`)
  if (multipleOf !== undefined && !Number.isInteger(Number(value) / multipleOf)) complain(`a multiple of ${multipleOf}`)
}

const checkArray = (items: readonly unknown[], schema: Schema, path: string, errors: FieldErrors): void => {
  const {maxItems, minItems, uniqueItems} = schema.rules ?? {}
  if (maxItems !== undefined && items.length > maxItems) errors.tooMany(path, items.length, maxItems)
  if (minItems !== undefined && items.length < minItems)
    errors.invalid(path, items.length, `${place(path)} should have at least ${minItems} items`)
  if (uniqueItems && items.some((item, index) => items.findIndex((other) => deepEqual(item, other)) < index))
    errors.invalid(path, items, `${place(path)} shouldn't contain duplicates`)
  const {items: inner} = schema
  if (inner) for (const [index, item] of items.entries()) check(item, inner, `${path}[${index}]`, errors)
}

const childPath = (path: string, field: string, isMapKey: boolean): string => {
  // Keys of maps may hold dots, fields may not.
  if (isMapKey && field.includes('.')) return `${path}[${field}]`
  return path === '' ? field : `${path}.${field}`
}

const checkObject = (object: Record<string, unknown>, schema: Schema, path: string, errors: FieldErrors): void => {
  const {maxProperties, minProperties} = schema.rules ?? {}
  const count = Object.keys(object).length
  if (maxProperties !== undefined && count > maxProperties) errors.tooMany(path, count, maxProperties)
  if (minProperties !== undefined && count < minProperties)
    errors.invalid(path, count, `${place(path)} should have at least ${minProperties} properties`)
  for (const field of schema.required ?? [])
    if (getOwn(object, field) === undefined) errors.required(childPath(path, field, false))
  for (const [field, value] of Object.entries(object)) {
    const known = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    const inner = known ?? schema.values
    if (inner && value !== undefined) check(value, inner, childPath(path, field, known === undefined), errors)
  }
}

const problemsOf = (value: unknown, schema: Schema, path: string): FieldErrors => {
  const errors = new FieldErrors()
  check(value, schema, path, errors)
  return errors
}

/** Of alternatives that all fail, what is least wrong is told as well. */
const leastWrong = (attempts: readonly FieldErrors[]): FieldErrors['list'] =>
  attempts.reduce((best, next) => (next.list.length < best.list.length ? next : best), attempts[0] ?? new FieldErrors())
    .list

const checkCombinations = (value: unknown, rules: ValueRules, path: string, errors: FieldErrors): void => {
  const {allOf = [], anyOf = [], oneOf = [], not} = rules
  const shown = JSON.stringify(path)
  const attempt = (schemas: readonly Schema[]): FieldErrors[] =>
    schemas.map((schema) => problemsOf(value, schema, path))
  const any = attempt(anyOf)
  if (anyOf.length > 0 && any.every(({list}) => list.length > 0)) {
    errors.invalid(path, '', `${shown} must validate at least one schema (anyOf)`)
    errors.list.push(...leastWrong(any))
  }
  const one = attempt(oneOf)
  const valid = one.filter(({list}) => list.length === 0).length
  if (oneOf.length > 0 && valid !== 1) {
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`
    errors.invalid(path, '', `${shown} must validate one and only one schema (oneOf). ${found}`)
    if (valid === 0) errors.list.push(...leastWrong(one))
  }
  const all = attempt(allOf).flatMap(({list}) => list)
  if (all.length > 0) {
    errors.invalid(path, '', `${shown} must validate all the schemas (allOf)`)
    errors.list.push(...all)
  }
  if (not && problemsOf(value, not, path).list.length === 0)
    errors.invalid(path, '', `${shown} must not validate the schema (not)`)
}

/** Choices are shown as text, whatever they are. */
const quoted = (word: unknown): string => JSON.stringify(typeof word === 'string' ? word : JSON.stringify(word))

const check = (value: unknown, schema: Schema, path: string, errors: FieldErrors): void => {
  if (value === null && schema.nullable) return
  if (!fitsType(value, schema)) {
    const type = typeOf(value)
    errors.typeInvalid(
      path,
      type,
      `${place(path)} must be of type ${typesOf(schema).join(',')}: ${JSON.stringify(type)}`,
    )
    return
  }
  if (schema.rules) checkCombinations(value, schema.rules, path, errors)
  if (schema.enum && !schema.enum.some((word) => deepEqual(word, value))) {
    const words = schema.enum.map(quoted).join(', ')
    errors.add('FieldValueNotSupported', path, `${JSON.stringify(value)}: supported values: ${words}`)
  }
  if (typeof value === 'string') checkString(value, schema, path, errors)
  else if (typeof value === 'number' || typeof value === 'bigint') checkNumber(value, schema.rules ?? {}, path, errors)
  else if (Array.isArray(value)) checkArray(value, schema, path, errors)
  else if (isObject(value)) checkObject(value, schema, path, errors)
}

/** Adds what is wrong with the value to `errors`, in Kubernetes' words. */
export const validateSchema = (value: unknown, schema: Schema, path: string, errors: FieldErrors): void =>
  check(value, schema, path, errors)

const identityOf = (item: unknown, schema: Schema): unknown => {
  if (schema.listType === 'set' || !isObject(item)) return item
  const keys = schema.listMapKeys ?? []
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = getOwn(item, key)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

/** Items of sets and keyed lists must differ: kept apart because the server checks it apart, after the schema. */
export const validateUniqueItems = (value: unknown, schema: Schema, path: string, errors: FieldErrors): void => {
  if (Array.isArray(value)) {
    const {items, listType} = schema
    if (listType === 'set' || listType === 'map') {
      const seen = new Set<string>()
      for (const [index, item] of value.entries()) {
        const identity = identityOf(item, schema)
        const text = JSON.stringify(identity)
        if (seen.has(text)) errors.duplicate(`${path}[${index}]`, identity)
        seen.add(text)
      }
    }
    if (items)
      for (const [index, item] of value.entries()) validateUniqueItems(item, items, `${path}[${index}]`, errors)
  } else if (isObject(value))
    for (const [field, inner] of Object.entries(value)) {
      const known = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
      const innerSchema = known ?? schema.values
      if (innerSchema) validateUniqueItems(inner, innerSchema, childPath(path, field, known === undefined), errors)
    }
}
