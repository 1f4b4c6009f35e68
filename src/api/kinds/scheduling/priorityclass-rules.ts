import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {PriorityClass} from '../../schema/types.gen.ts'
import {checkOptionalOneOf} from '../checks.ts'

const highestForUsers = 1000000000
const systemValues: {readonly [name: string]: number} = {
  'system-node-critical': 2000001000,
  'system-cluster-critical': 2000000000,
}

const systemProblem = ({metadata, value, globalDefault}: PriorityClass): string | undefined => {
  const name = metadata?.name ?? ''
  const known = systemValues[name]
  if (known === undefined) return `${name} is not a known system priority class`
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

const validate = (object: PriorityClass, errors: FieldErrors): void => {
  if (object.metadata?.name?.startsWith('system-')) {
    const problem = systemProblem(object)
    if (problem !== undefined)
      errors.forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`,
      )
  } else if ((object.value ?? 0) > highestForUsers)
    errors.forbidden('value', `maximum allowed value of a user defined priority is ${highestForUsers}`)
  checkOptionalOneOf(object.preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy', errors)
}

export const priorityClassStrategy: Strategy<PriorityClass> = {
  default: (object) => {
    object.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  validate,
  validateOnlyUpdate: true,
  validateUpdate: (object, old, errors) => {
    if ((object.value ?? 0) !== (old.value ?? 0)) errors.forbidden('value', 'may not be changed in an update.')
    if (object.preemptionPolicy !== old.preemptionPolicy)
      errors.invalid('preemptionPolicy', object.preemptionPolicy ?? null, 'field is immutable')
  },
}
