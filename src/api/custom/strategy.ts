// How objects of custom kinds are checked and changed.
import {type FieldError, FieldErrors} from '../field-errors.ts'
import type {Strategy} from '../kind.ts'
import {dropStatus} from '../kinds/status.ts'
import {deepEqual} from '../meta/equal.ts'
import type {KubeObject} from '../object.ts'
import type {Schema} from '../schema/contract.ts'
import {getOwn, isObject} from '../schema/own.ts'
import {validateSchema, validateUniqueItems} from '../schema/validate.ts'
import {dropNulls} from './nulls.ts'
import {newProblems} from './ratchet.ts'
import {hasRules, validateRules} from './rules.ts'

export interface CustomStrategyOptions {
  readonly schema: () => Schema
  readonly hasStatus: boolean
}

const identityProblems = (value: Record<string, unknown>, path: string, errors: FieldErrors): void => {
  for (const field of ['apiVersion', 'kind'] as const)
    if (!getOwn(value, field)) errors.required(`${path}.${field}`, 'must not be empty')
}

/** Objects inside objects say what they are. */
const checkEmbedded = (value: unknown, schema: Schema, path: string, errors: FieldErrors): void => {
  if (Array.isArray(value)) {
    if (schema.items)
      for (const [index, item] of value.entries()) checkEmbedded(item, schema.items, `${path}[${index}]`, errors)
    return
  }
  if (!isObject(value)) return
  if (schema.embeddedResource) identityProblems(value, path, errors)
  for (const [field, inner] of Object.entries(value)) {
    const known = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
    const of = known ?? schema.values
    if (of) checkEmbedded(inner, of, path === '' ? field : `${path}.${field}`, errors)
  }
}

/** After these, what rules may rely on is not there. */
const isBlocking: ReadonlySet<string> = new Set([
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])

const notChecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
}

const check = (object: KubeObject, old: KubeObject | undefined, schema: Schema, errors: FieldErrors): void => {
  const found = new FieldErrors()
  validateSchema(object, schema, '', found)
  if (found.list.length === 0) {
    checkEmbedded(object, schema, '', found)
    validateUniqueItems(object, schema, '', found)
  }
  if (!found.list.some(({type}) => isBlocking.has(type))) validateRules(object, old, schema, '', found, true)
  else if (hasRules(schema)) found.list.push(notChecked)
  errors.list.push(...(old ? newProblems(found.list, object, old, schema) : found.list))
}

const outside = (object: KubeObject, hasStatus: boolean): Record<string, unknown> => {
  const {metadata: _, ...rest} = object as Record<string, unknown>
  if (hasStatus) delete rest.status
  return rest
}

export const customStrategy = ({schema, hasStatus}: CustomStrategyOptions): Strategy => ({
  requiresVersion: true,
  default: (object) => dropNulls(object, schema()),
  ...(hasStatus ? {prepareForCreate: dropStatus} : {}),
  generation: (object, old) => !deepEqual(outside(object, hasStatus), outside(old, hasStatus)),
  validateOnlyUpdate: true,
  validate: (object, errors) => check(object, undefined, schema(), errors),
  validateUpdate: (object, old, errors) => check(object, old, schema(), errors),
})
