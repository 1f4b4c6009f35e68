// Conditions that a request must fulfil before a webhook or a policy is asked.
import type {Expression} from '../../cel/policy-program.ts'
import type {FieldErrors} from '../../field-errors.ts'
import type {MatchCondition} from '../../schema/types.gen.ts'
import {checkQualifiedName} from '../checks.ts'

const most = 64

export const validateMatchConditions = (
  conditions: readonly MatchCondition[] | undefined,
  compiled: readonly Expression[],
  path: string,
  errors: FieldErrors,
): void => {
  const list = conditions ?? []
  if (list.length > most) errors.tooMany(path, list.length, most)
  for (const [index, {name, expression}] of list.entries()) {
    const at = `${path}[${index}]`
    const problem = compiled[index]?.problem
    if (!expression?.trim()) errors.required(`${at}.expression`)
    else if (problem) errors.invalid(`${at}.expression`, expression, problem)
    if (!name) errors.required(`${at}.name`)
    else {
      checkQualifiedName(name, `${at}.name`, errors)
      if (list.findIndex((other) => other.name === name) < index) errors.duplicate(`${at}.name`, name)
    }
  }
}
