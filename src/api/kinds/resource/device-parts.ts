// What claims, classes and slices say in the same way: selectors, configuration, taints, tolerations, binding.
import type {FieldErrors} from '../../field-errors.ts'
import {byteLength, validLabelValue} from '../../meta/names.ts'
import type {DeviceClassConfiguration, DeviceSelector, DeviceTaint, DeviceToleration} from '../../schema/types.gen.ts'
import {checkName, checkOneOf, checkOptionalOneOf, checkQualifiedName, checkRequired} from '../checks.ts'
import {checkCsiDriverName} from '../core/validate-storage-source.ts'
import {checkList} from './device-lists.ts'

export const mostOfAList = 32
const longestExpression = 10 * 1024
const longestData = 10 * 1024
const mostConditions = 4
const effects = ['NoExecute', 'NoSchedule', 'None']

export const validateSelectors = (
  selectors: readonly DeviceSelector[] | undefined,
  path: string,
  errors: FieldErrors,
) => {
  const check = ({cel}: DeviceSelector, at: string) => {
    if (!cel) errors.required(`${at}.cel`)
    else if (byteLength(cel.expression ?? '') > longestExpression)
      errors.tooLong(`${at}.cel.expression`, longestExpression)
  }
  checkList(selectors, {path, most: mostOfAList, check}, errors)
}

/** Anything a driver understands, as long as it is an object. */
export const checkRawObject = (value: unknown, path: string, errors: FieldErrors) => {
  if (value === undefined || value === null) errors.required(path)
  else if (byteLength(JSON.stringify(value)) > longestData) errors.tooLong(path, longestData)
  else if (typeof value !== 'object' || Array.isArray(value))
    errors.invalid(path, '<value omitted>', 'must be a valid JSON object')
}

export const validateConfiguration = ({opaque}: DeviceClassConfiguration, path: string, errors: FieldErrors) => {
  if (!opaque) return errors.required(`${path}.opaque`)
  checkCsiDriverName(opaque.driver, `${path}.opaque.driver`, errors)
  checkRawObject(opaque.parameters, `${path}.opaque.parameters`, errors)
}

export const validateTaint = ({key, value, effect}: DeviceTaint, path: string, errors: FieldErrors) => {
  checkQualifiedName(key, `${path}.key`, errors)
  if (value) checkName(validLabelValue, value, `${path}.value`, errors)
  if (checkRequired(effect, `${path}.effect`, errors)) checkOneOf(effect, effects, `${path}.effect`, errors)
}

export const validateToleration = (toleration: DeviceToleration, path: string, errors: FieldErrors) => {
  const {key, operator, value, effect} = toleration
  if (key) checkQualifiedName(key, `${path}.key`, errors)
  if (operator === 'Exists' && value) errors.invalid(`${path}.value`, value, 'must be empty for operator `Exists`')
  if (operator === 'Equal') checkName(validLabelValue, value, `${path}.value`, errors)
  if (checkRequired(operator, `${path}.operator`, errors))
    checkOneOf(operator, ['Equal', 'Exists'], `${path}.operator`, errors)
  checkOptionalOneOf(effect || undefined, effects, `${path}.effect`, errors)
}

interface Binding {
  readonly bindingConditions?: string[] | undefined
  readonly bindingFailureConditions?: string[] | undefined
}

const checkRepeats = (
  list: readonly string[],
  path: string,
  errors: FieldErrors,
  extra?: (at: string, item: string) => void,
) => {
  for (const [index, item] of list.entries()) {
    if (list.indexOf(item) < index) errors.duplicate(`${path}[${index}]`, item)
    extra?.(`${path}[${index}]`, item)
  }
}

/** What must become true before pods are bound to the device, and what says that it never will. */
export const validateBinding = (binding: Binding, path: string, errors: FieldErrors) => {
  const {bindingConditions: good = [], bindingFailureConditions: bad = []} = binding
  const [goodPath, badPath] = [`${path}.bindingConditions`, `${path}.bindingFailureConditions`]
  const check = (name: string, at: string): void => checkQualifiedName(name, at, errors)
  checkList(good, {path: goodPath, most: mostConditions, check}, errors)
  checkList(bad, {path: badPath, most: mostConditions, check}, errors)
  checkRepeats(good, goodPath, errors)
  checkRepeats(bad, badPath, errors, (at, name) => {
    if (good.includes(name))
      errors.invalid(at, name, 'bindingFailureConditions must not overlap with bindingConditions')
  })
  if (good.length === 0 && bad.length > 0)
    errors.invalid(
      goodPath,
      binding.bindingConditions ?? null,
      'bindingConditions are required to use bindingFailureConditions',
    )
  if (bad.length === 0 && good.length > 0)
    errors.invalid(
      badPath,
      binding.bindingFailureConditions ?? null,
      'bindingFailureConditions are required to use bindingConditions',
    )
}
