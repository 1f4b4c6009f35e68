// Conditions in the form all newer kinds share: a type, a status, when it changed and why.
import type {FieldErrors} from '../field-errors.ts'
import {byteLength, conditionReason} from '../meta/names.ts'
import type {Condition} from '../schema/types.gen.ts'
import {checkName, checkOneOf, checkQualifiedName, checkRequired} from './checks.ts'

const longestReason = 1024
const longestMessage = 32 * 1024

const validateCondition = (condition: Condition, path: string, errors: FieldErrors): void => {
  const {type, status, observedGeneration = 0, lastTransitionTime, reason, message = ''} = condition
  checkQualifiedName(type, `${path}.type`, errors)
  checkOneOf(status, ['False', 'True', 'Unknown'], `${path}.status`, errors)
  if (observedGeneration < 0)
    errors.invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero')
  checkRequired(lastTransitionTime, `${path}.lastTransitionTime`, errors, 'must be set')
  if (checkRequired(reason, `${path}.reason`, errors, 'must be set')) {
    checkName(conditionReason, reason, `${path}.reason`, errors)
    if (byteLength(reason) > longestReason) errors.tooLong(`${path}.reason`, longestReason)
  }
  if (byteLength(message) > longestMessage) errors.tooLong(`${path}.message`, longestMessage)
}

export const validateConditions = (
  conditions: readonly Condition[] | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  const types = (conditions ?? []).map(({type}) => type)
  for (const [index, condition] of (conditions ?? []).entries()) {
    if (types.indexOf(condition.type) < index) errors.duplicate(`${path}[${index}].type`, condition.type)
    validateCondition(condition, `${path}[${index}]`, errors)
  }
}
