// What is wrong with a label selector.
import type {FieldErrors} from '../field-errors.ts'
import {validLabelValue} from '../meta/names.ts'
import type {LabelSelector, LabelSelectorRequirement} from '../schema/types.gen.ts'
import {checkName, checkQualifiedName} from './checks.ts'
import {validateLabels} from './metadata.ts'

const validateRequirement = (requirement: LabelSelectorRequirement, path: string, errors: FieldErrors): void => {
  const {key, operator, values = []} = requirement
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else errors.invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator')
  checkQualifiedName(key, `${path}.key`, errors)
  for (const [index, value] of values.entries()) checkName(validLabelValue, value, `${path}.values[${index}]`, errors)
}

export const validateLabelSelector = (selector: LabelSelector | undefined, path: string, errors: FieldErrors): void => {
  if (!selector) return
  validateLabels(selector.matchLabels, `${path}.matchLabels`, errors)
  for (const [index, requirement] of (selector.matchExpressions ?? []).entries())
    validateRequirement(requirement, `${path}.matchExpressions[${index}]`, errors)
}

export const isEmptySelector = (selector: LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0) === 0
