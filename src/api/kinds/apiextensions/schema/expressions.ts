// The expressions of x-kubernetes-validations.
import {compileCel} from '../../../cel/compile.ts'
import type {FieldErrors} from '../../../field-errors.ts'
import {shownRule} from './internal-form.ts'
import {fieldsOf, itemsOf, type Props, valuesOf} from './props.ts'

export const checkExpressions = (props: Props, path: string, errors: FieldErrors): void => {
  for (const [index, rule] of (props['x-kubernetes-validations'] ?? []).entries())
    for (const field of ['rule', 'messageExpression'] as const)
      try {
        if (rule[field]) compileCel(rule[field])
      } catch (error) {
        const why = error instanceof Error ? error.message : ''
        const at = `${path}.x-kubernetes-validations[${index}].${field}`
        errors.invalid(at, shownRule(rule), `compilation failed: ${why}`)
      }
  for (const [field, inner] of fieldsOf(props)) checkExpressions(inner, `${path}.properties[${field}]`, errors)
  const [items, values] = [itemsOf(props), valuesOf(props)]
  if (items) checkExpressions(items, `${path}.items`, errors)
  if (values) checkExpressions(values, `${path}.additionalProperties`, errors)
}
