// x-kubernetes-validations: rules in CEL, at the places of the schema they are written at.
import {type Budget, CelError, type Program} from '../cel/compile.ts'
import {CostExceeded} from '../cel/language/run-cost.ts'
import {adapt} from '../cel/values/adapt.ts'
import {optionalOf} from '../cel/values/optional.ts'
import type {FieldErrors} from '../field-errors.ts'
import type {CelRule, Schema} from '../schema/contract.ts'
import {getOwn, isObject} from '../schema/own.ts'
import {type RuleProgram, ruleProgramsOf} from './rule-programs.ts'

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

const budgetPerObject = 10_000_000
const longestMessage = 5 * 1024

interface Walk {
  readonly errors: FieldErrors
  readonly budget: Budget
}

interface Place extends Walk {
  readonly schema: Schema
  readonly path: string
}

/** Nothing more is checked. */
class OutOfBudget extends Error {
  override readonly name = 'OutOfBudget'
}

const shortText = ({message, rule}: CelRule): string => (message ? message.trim() : rule.trim())

type Variables = Readonly<Record<string, unknown>>

const messageOf = ({rule, message}: RuleProgram, variables: Variables, budget: Budget): string => {
  const fixed = rule.message ? rule.message.trim() : `failed rule: ${rule.rule.trim()}`
  if (!message || 'problem' in message) return fixed
  try {
    const text = String(message.program.run(variables, budget)).trim()
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > longestMessage ? fixed : text
  } catch (error) {
    // A message that cannot be made is replaced by the fixed one.
    if (!(error instanceof CelError)) throw error
    return fixed
  }
}

const refuse = ({reason, fieldPath}: CelRule, detail: string, {schema, path, errors}: Place): void => {
  const field = fieldPath ? `${path}${fieldPath.replaceAll(/\['([^']*)'\]/g, '[$1]')}`.replace(/^\./, '') : path
  const value = schema.type === 'any' ? '' : schema.type
  if (reason === 'FieldValueForbidden') errors.forbidden(field || '<nil>', detail)
  else if (reason === 'FieldValueRequired') errors.required(field || '<nil>', detail)
  else if (reason === 'FieldValueDuplicate') errors.duplicate(field || '<nil>', value)
  else errors.invalid(field || '<nil>', value, detail)
}

/** What went wrong while the rule ran. */
const explain = (error: CelError, rule: CelRule): string => {
  if (error.message.startsWith('no such overload'))
    return `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${shortText(rule)}`
  if (error instanceof CostExceeded)
    return `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${shortText(rule)}`
  return `${error.message} evaluating rule: ${shortText(rule)}`
}

const holds = (program: Program, variables: Variables, rule: CelRule, place: Place): boolean | undefined => {
  try {
    return program.run(variables, place.budget) === true
  } catch (error) {
    if (!(error instanceof CelError)) throw error
    refuse({rule: ''}, explain(error, rule), place)
    if (error instanceof CostExceeded) throw new OutOfBudget()
    return undefined
  }
}

const checkRules = (value: unknown, old: unknown, programs: readonly RuleProgram[], place: Place): void => {
  const self = adapt(value, place.schema)
  const before = old === undefined ? undefined : adapt(old, place.schema)
  for (const program of programs) {
    const {rule, test, usesOld} = program
    if ('problem' in test || (usesOld && before === undefined && !rule.optionalOldSelf)) continue
    const variables = {self, oldSelf: rule.optionalOldSelf ? optionalOf(before) : before}
    if (holds(test.program, variables, rule, place) === false)
      refuse(rule, messageOf(program, variables, place.budget), place)
    if (place.budget.left < 0) {
      const why = 'validation failed due to running out of cost budget, no further validation rules will be run'
      refuse({rule: ''}, why, place)
      throw new OutOfBudget()
    }
  }
}

const sameItem = (item: unknown, old: unknown, {listType, listMapKeys = []}: Schema): unknown => {
  if (listType !== 'map' || !Array.isArray(old) || !isObject(item)) return undefined
  return old.find((other) => isObject(other) && listMapKeys.every((key) => getOwn(other, key) === getOwn(item, key)))
}

interface Visit {
  readonly value: unknown
  readonly old: unknown
  readonly schema: Schema
  readonly path: string
  readonly isRoot: boolean
}

const visit = ({value, old, schema, path, isRoot}: Visit, walk: Walk): void => {
  if (!hasRules(schema) || value === undefined || (value === null && !schema.nullable)) return
  if (value === null) return
  if (schema.rules?.validations)
    checkRules(value, old, ruleProgramsOf(schema, isRoot || schema.embeddedResource === true), {...walk, schema, path})
  if (Array.isArray(value)) {
    const {items} = schema
    if (items)
      for (const [index, item] of value.entries())
        visit(
          {value: item, old: sameItem(item, old, schema), schema: items, path: `${path}[${index}]`, isRoot: false},
          walk,
        )
  } else if (isObject(value))
    for (const [field, inner] of Object.entries(value)) {
      const stated = schema.properties && Object.hasOwn(schema.properties, field) ? schema.properties[field] : undefined
      const of = stated ?? schema.values
      // Maps that are replaced as a whole have no parts that were there before.
      const before = isObject(old) && schema.mapType !== 'atomic' ? getOwn(old, field) : undefined
      const at = stated ? (path === '' ? field : `${path}.${field}`) : `${path}[${field}]`
      if (of) visit({value: inner, old: before, schema: of, path: at, isRoot: false}, walk)
    }
}

export const validateRules = (
  value: unknown,
  old: unknown,
  schema: Schema,
  path: string,
  errors: FieldErrors,
  isWhole = false,
): void => {
  try {
    visit({value, old, schema, path, isRoot: isWhole}, {errors, budget: {left: budgetPerObject}})
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
  }
}
