// x-kubernetes-validations, as far as they can be judged without understanding the expressions.
import type {FieldErrors} from '../../../field-errors.ts'
import type {ValidationRule} from '../../../schema/types.gen.ts'
import {resolveFieldPath} from './field-path.ts'
import type {Props} from './props.ts'

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

const hasLineBreak = (text: string): boolean => /[\n\r]/.test(text)

const checkTexts = (rule: ValidationRule, at: string, errors: FieldErrors): void => {
  const {message = '', messageExpression = ''} = rule
  const [expression, text] = [(rule.rule ?? '').trim(), message.trim()]
  if (expression === '') errors.required(`${at}.rule`, 'rule is not specified')
  else if (message !== '' && text === '')
    errors.invalid(`${at}.message`, message, 'message must be non-empty if specified')
  else if (hasLineBreak(text)) errors.invalid(`${at}.message`, message, 'message must not contain line breaks')
  else if (hasLineBreak(expression) && text === '')
    errors.required(`${at}.message`, 'message must be specified if rule contains line breaks')
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified')
}

const checkPath = (props: Props, fieldPath: string, at: string, errors: FieldErrors): void => {
  if (fieldPath.trim() === '') errors.invalid(at, fieldPath, 'fieldPath must be non-empty if specified')
  if (hasLineBreak(fieldPath)) errors.invalid(at, fieldPath, 'fieldPath must not contain line breaks')
  if ('problem' in resolveFieldPath(fieldPath, props)) errors.invalid(at, fieldPath, 'fieldPath must be a valid path')
}

export const checkRuleTexts = (props: Props, path: string, errors: FieldErrors): void => {
  for (const [index, rule] of (props['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${index}]`
    checkTexts(rule, at, errors)
    if (rule.reason !== undefined && !reasons.includes(rule.reason))
      errors.notSupported(`${at}.reason`, rule.reason, reasons)
    if (rule.fieldPath) checkPath(props, rule.fieldPath, `${at}.fieldPath`, errors)
  }
}
