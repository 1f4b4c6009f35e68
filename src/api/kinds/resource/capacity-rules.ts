// How much of a device that several claims share one of them may ask for.
import type {FieldErrors} from '../../field-errors.ts'
import {
  addQuantities,
  compareQuantities as compare,
  formatQuantity,
  quantityValue,
  canonicalQuantity as text,
} from '../../meta/quantity.ts'
import type {CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity} from '../../schema/types.gen.ts'
import {checkList} from './device-lists.ts'

const mostOptions = 10

interface Amounts {
  readonly usual: string
  readonly whole: string
}

const validateOptions = (options: readonly string[], {usual, whole}: Amounts, path: string, errors: FieldErrors) => {
  for (const [index, option] of options.entries())
    if (index > 0 && compare(options[index - 1] ?? option, option) > 0)
      errors.invalid(`${path}[${index}]`, text(option), 'values must be sorted in ascending order')
  const check = (option: string, at: string) => {
    if (compare(option, whole) > 0)
      errors.invalid(at, text(option), `option is larger than capacity value: ${text(whole)}`)
  }
  checkList(options, {path, most: mostOptions, check, key: (option) => String(quantityValue(option))}, errors)
  if (options.length > mostOptions || !options.some((option) => compare(option, usual) === 0))
    errors.invalid(path, text(usual), 'default value is not valid according to the requestPolicy')
}

const checkStep = (
  value: string,
  {min, step}: {readonly min: string; readonly step: string},
  path: string,
  errors: FieldErrors,
) => {
  if ((quantityValue(value) - quantityValue(min)) % quantityValue(step) !== 0)
    errors.invalid(path, text(value), `value is not a multiple of a given step (${text(step)}) from (${text(min)})`)
}

const validateMost = (
  {min, max}: {readonly min: string; readonly max: string},
  {usual, whole}: Amounts,
  path: string,
  errors: FieldErrors,
) => {
  if (compare(min, max) > 0) errors.invalid(path, text(min), `min is larger than max: ${text(max)}`)
  if (compare(max, whole) > 0) errors.invalid(path, text(max), `max is larger than capacity value: ${text(whole)}`)
  if (compare(usual, max) > 0) errors.invalid(path, text(usual), `default is more than max: ${text(max)}`)
}

const validateRange = (
  {min, max, step}: Partial<CapacityRequestPolicyRange>,
  amounts: Amounts,
  path: string,
  errors: FieldErrors,
) => {
  const {usual, whole} = amounts
  if (min === undefined) return errors.required(`${path}.min`, 'required when validRange is defined')
  if (compare(min, whole) > 0)
    errors.invalid(`${path}.min`, text(min), `min is larger than capacity value: ${text(whole)}`)
  if (compare(usual, min) < 0) errors.invalid(`${path}.min`, text(usual), `default is less than min: ${text(min)}`)
  if (max !== undefined) validateMost({min, max}, amounts, `${path}.max`, errors)
  if (step === undefined) return
  const one = addQuantities(min, step)
  if (compare(one, whole) > 0)
    errors.invalid(
      `${path}.step`,
      text(step),
      `one step ${formatQuantity(one)} is larger than capacity value: ${text(whole)}`,
    )
  checkStep(usual, {min, step}, `${path}.step`, errors)
  if (max !== undefined) checkStep(max, {min, step}, `${path}.step`, errors)
}

const validatePolicy = (policy: CapacityRequestPolicy, whole: string, path: string, errors: FieldErrors) => {
  const {default: usual, validValues = [], validRange} = policy
  if (validValues.length > 0 && validRange)
    return errors.forbidden(
      path,
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time',
    )
  if (validValues.length === 0 && !validRange) return
  const form = validRange ? 'validRange' : 'validValues'
  if (usual === undefined) return errors.required(`${path}.default`, `required when ${form} is defined`)
  if (validRange) validateRange(validRange, {usual, whole}, `${path}.${form}`, errors)
  else validateOptions(validValues, {usual, whole}, `${path}.${form}`, errors)
}

export const validateCapacity = (
  {requestPolicy, value}: DeviceCapacity,
  isShared: boolean,
  path: string,
  errors: FieldErrors,
) => {
  if (!requestPolicy) return
  if (isShared) validatePolicy(requestPolicy, value ?? '0', `${path}.requestPolicy`, errors)
  else errors.forbidden(`${path}.requestPolicy`, 'allowMultipleAllocations must be true')
}
