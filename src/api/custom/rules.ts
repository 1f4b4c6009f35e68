// x-kubernetes-validations: rules in CEL, at the places of the schema they are written at.
import {compileCel, optionalOf} from '../cel/compile.ts'
import {toCel} from '../cel/values.ts'
import type {FieldErrors} from '../field-errors.ts'
import type {CelRule, Schema} from '../schema/contract.ts'
import {getOwn, isObject} from '../schema/own.ts'

const known = new WeakMap<Schema, boolean>()

/** Whether there is a rule anywhere below: most schemas have none. */
export const hasRules = (schema: Schema): boolean => {
  let found = known.get(schema)
  if (found === undefined) {
    const inner = [...Object.values(schema.properties ?? {}), schema.items, schema.values]
    found = schema.rules?.validations !== undefined || inner.some((part) => part !== undefined && hasRules(part))
    known.set(schema, found)
  }
  return found
}

const isTransition = ({rule}: CelRule): boolean => /\boldSelf\b/.test(rule)

const textOf = (rule: CelRule, variables: Readonly<Record<string, unknown>>): string => {
  if (rule.messageExpression)
    try {
      const text = compileCel(rule.messageExpression).run(variables)
      if (typeof text === 'string' && text.trim() !== '' && !text.includes('\n')) return text.trim()
    } catch {
      // A message that cannot be made is replaced by the fixed one.
    }
  return rule.message || `failed rule: ${rule.rule.trim()}`
}

interface Place {
  readonly schema: Schema
  readonly path: string
  readonly errors: FieldErrors
}

const refuse = (rule: CelRule, detail: string, {schema, path, errors}: Place): void => {
  const field = rule.fieldPath ? `${path}${rule.fieldPath}`.replace(/^\./, '') : path
  if (rule.reason === 'FieldValueForbidden') errors.forbidden(field, detail)
  else if (rule.reason === 'FieldValueRequired') errors.required(field, detail)
  else if (rule.reason === 'FieldValueDuplicate')
    errors.add('FieldValueDuplicate', field, `${JSON.stringify(schema.type)}: ${detail}`)
  else errors.invalid(field, schema.type, detail)
}

const checkRules = (value: unknown, old: unknown, rules: readonly CelRule[], place: Place): void => {
  const self = toCel(value, place.schema)
  const before = old === undefined ? undefined : toCel(old, place.schema)
  for (const rule of rules) {
    if (isTransition(rule) && before === undefined && !rule.optionalOldSelf) continue
    const oldSelf = rule.optionalOldSelf ? optionalOf(before) : before
    const variables = {self, oldSelf}
    try {
      if (compileCel(rule.rule).run(variables) !== true) refuse(rule, textOf(rule, variables), place)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      refuse({...rule, reason: undefined}, `${why} evaluating rule: ${rule.message || rule.rule.trim()}`, place)
    }
  }
}

const sameItem = (item: unknown, old: unknown, {listType, listMapKeys = []}: Schema): unknown => {
  if (listType !== 'map' || !Array.isArray(old) || !isObject(item)) return undefined
  return old.find((other) => isObject(other) && listMapKeys.every((key) => getOwn(other, key) === getOwn(item, key)))
}

export const validateRules = (
  value: unknown,
  old: unknown,
  schema: Schema,
  path: string,
  errors: FieldErrors,
): void => {
  if (!hasRules(schema) || value === null || value === undefined) return
  const validations = schema.rules?.validations
  if (validations) checkRules(value, old, validations, {schema, path, errors})
  if (Array.isArray(value)) {
    const {items} = schema
    if (items)
      for (const [index, item] of value.entries())
        validateRules(item, sameItem(item, old, schema), items, `${path}[${index}]`, errors)
  } else if (isObject(value))
    for (const [field, inner] of Object.entries(value)) {
      const stated = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
      const of = stated ?? schema.values
      const before = isObject(old) ? getOwn(old, field) : undefined
      const at = stated ? (path === '' ? field : `${path}.${field}`) : `${path}[${field}]`
      if (of) validateRules(inner, before, of, at, errors)
    }
}
