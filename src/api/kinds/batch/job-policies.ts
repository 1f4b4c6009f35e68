// When a job's pods count as failed, and when the job has succeeded before all of them ended.
import type {FieldErrors} from '../../field-errors.ts'
import type {JobSpec, PodFailurePolicyRule, SuccessPolicyRule} from '../../schema/types.gen.ts'
import {checkNonNegative, checkOneOf, checkQualifiedName} from '../checks.ts'
import {countIndexes, readIndexList} from './index-list.ts'

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const operators = ['In', 'NotIn']
const truths = ['False', 'True', 'Unknown']

/** Absent is one complaint, unknown another. */
const checkChoice = (
  value: string | undefined,
  choices: readonly string[],
  path: string,
  errors: FieldErrors,
): void => {
  if (value) checkOneOf(value, choices, path, errors)
  else errors.required(path, `valid values: [${choices.map((choice) => JSON.stringify(choice)).join(' ')}]`)
}

const validateExitCodes = (
  codes: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  containers: readonly string[],
  path: string,
  errors: FieldErrors,
): void => {
  checkChoice(codes.operator, operators, `${path}.operator`, errors)
  if (codes.containerName !== undefined && !containers.includes(codes.containerName))
    errors.invalid(
      `${path}.containerName`,
      codes.containerName,
      'must be one of the container or initContainer names in the pod template',
    )
  const values = codes.values ?? []
  if (values.length === 0) errors.invalid(`${path}.values`, values, 'at least one value is required')
  else if (values.length > 255) errors.tooMany(`${path}.values`, values.length, 255)
  const isOrdered = values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0))
  for (const [index, value] of values.entries()) {
    if (codes.operator === 'In' && value === 0)
      errors.invalid(`${path}.values[${index}]`, value, 'must not be 0 for the In operator')
    if (values.indexOf(value) < index) errors.duplicate(`${path}.values[${index}]`, value)
  }
  if (!isOrdered) errors.invalid(`${path}.values`, values, 'must be ordered')
}

const validateRule = (rule: PodFailurePolicyRule, spec: JobSpec, path: string, errors: FieldErrors): void => {
  const {onExitCodes, onPodConditions = []} = rule
  const pod = spec.template.spec
  const containers = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({name}) => name)
  checkChoice(rule.action, actions, `${path}.action`, errors)
  if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set')
  if (onExitCodes) validateExitCodes(onExitCodes, containers, `${path}.onExitCodes`, errors)
  if (onPodConditions.length > 20) errors.tooMany(`${path}.onPodConditions`, onPodConditions.length, 20)
  for (const [index, {type, status}] of onPodConditions.entries()) {
    checkQualifiedName(type, `${path}.onPodConditions[${index}].type`, errors)
    checkChoice(status, truths, `${path}.onPodConditions[${index}].status`, errors)
  }
  if (onExitCodes && onPodConditions.length > 0)
    errors.add('FieldValueInvalid', path, 'specifying both OnExitCodes and OnPodConditions is not supported')
  if (!onExitCodes && onPodConditions.length === 0)
    errors.add('FieldValueInvalid', path, 'specifying one of OnExitCodes and OnPodConditions is required')
}

export const validateFailurePolicy = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const rules = spec.podFailurePolicy?.rules
  if (!spec.podFailurePolicy) return
  if ((rules?.length ?? 0) > 20) errors.tooMany(`${path}.rules`, rules?.length ?? 0, 20)
  for (const [index, rule] of (rules ?? []).entries()) validateRule(rule, spec, `${path}.rules[${index}]`, errors)
}

const longestIndexList = 64 * 1024

const validateSuccessRule = (rule: SuccessPolicyRule, completions: number, path: string, errors: FieldErrors): void => {
  const {succeededCount: count, succeededIndexes: indexes} = rule
  if (count === undefined && indexes === undefined)
    errors.required(path, 'at least one of succeededCount or succeededIndexes must be specified')
  let named = 0
  if (indexes !== undefined) {
    const at = `${path}.succeededIndexes`
    if (indexes.length > longestIndexList) errors.tooLong(at, longestIndexList)
    const read = readIndexList(indexes, completions)
    if ('problem' in read) errors.invalid(at, indexes, `error parsing succeededIndexes: ${read.problem}`)
    else named = countIndexes(read)
  }
  if (count === undefined) return
  const at = `${path}.succeededCount`
  const atMost = (limit: number, what: string): void => {
    if (count > limit) errors.invalid(at, count, `must be less than or equal to ${limit} (the number of ${what})`)
  }
  checkNonNegative(count, at, errors)
  atMost(completions, 'specified completions')
  if (indexes !== undefined) atMost(named, 'indexes in the specified succeededIndexes field')
}

export const validateSuccessPolicy = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  if (!spec.successPolicy) return
  const {rules = []} = spec.successPolicy
  if (spec.completionMode !== 'Indexed') {
    errors.invalid(path, spec.successPolicy, 'requires indexed completion mode')
    return
  }
  if (rules.length === 0)
    errors.required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified')
  if (rules.length > 20) errors.tooMany(`${path}.rules`, rules.length, 20)
  for (const [index, rule] of rules.entries())
    validateSuccessRule(rule, spec.completions ?? 0, `${path}.rules[${index}]`, errors)
}
