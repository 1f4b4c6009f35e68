// When a job's pods count as failed, and when the job has succeeded before all of them ended.
import type {FieldErrors} from '../../field-errors.ts'
import type {JobSpec, PodFailurePolicyRule} from '../../schema/types.gen.ts'
import {checkOneOf, checkQualifiedName} from '../checks.ts'

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']

const validateExitCodes = (
  codes: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  containers: readonly string[],
  path: string,
  errors: FieldErrors,
): void => {
  checkOneOf(codes.operator, ['In', 'NotIn'], `${path}.operator`, errors)
  if (codes.containerName !== undefined && !containers.includes(codes.containerName))
    errors.invalid(
      `${path}.containerName`,
      codes.containerName,
      'must be one of the container or initContainer names in the pod template',
    )
  const values = codes.values ?? []
  if (values.length === 0) errors.invalid(`${path}.values`, values, 'at least one value is required')
  else if (values.length > 255) errors.tooMany(`${path}.values`, values.length, 255)
  const isOrdered = values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0))
  for (const [index, value] of values.entries()) {
    if (codes.operator === 'In' && value === 0)
      errors.invalid(`${path}.values[${index}]`, value, 'must not be 0 for the In operator')
    if (values.indexOf(value) < index) errors.duplicate(`${path}.values[${index}]`, value)
  }
  if (!isOrdered && new Set(values).size === values.length) errors.invalid(`${path}.values`, values, 'must be ordered')
}

const validateRule = (rule: PodFailurePolicyRule, spec: JobSpec, path: string, errors: FieldErrors): void => {
  const {onExitCodes, onPodConditions = []} = rule
  const pod = spec.template.spec
  const containers = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({name}) => name)
  if (!rule.action) errors.required(`${path}.action`, `valid values: ${JSON.stringify(actions).replaceAll(',', ' ')}`)
  else {
    checkOneOf(rule.action, actions, `${path}.action`, errors)
    if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
      errors.invalid(`${path}.action`, rule.action, 'requires the backoffLimitPerIndex to be set')
  }
  if (onExitCodes) validateExitCodes(onExitCodes, containers, `${path}.onExitCodes`, errors)
  for (const [index, {type, status}] of onPodConditions.entries()) {
    checkQualifiedName(type, `${path}.onPodConditions[${index}].type`, errors)
    checkOneOf(status, ['False', 'True', 'Unknown'], `${path}.onPodConditions[${index}].status`, errors)
  }
  if (onExitCodes && onPodConditions.length > 0)
    errors.invalid(path, rule, 'specifying both OnExitCodes and OnPodConditions is not supported')
  if (!onExitCodes && onPodConditions.length === 0)
    errors.invalid(path, rule, 'specifying one of OnExitCodes and OnPodConditions is required')
}

export const validateFailurePolicy = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const rules = spec.podFailurePolicy?.rules
  if (!spec.podFailurePolicy) return
  if ((rules?.length ?? 0) > 20) errors.tooMany(`${path}.rules`, rules?.length ?? 0, 20)
  for (const [index, rule] of (rules ?? []).entries()) validateRule(rule, spec, `${path}.rules[${index}]`, errors)
}

export const validateSuccessPolicy = (spec: JobSpec, path: string, errors: FieldErrors): void => {
  const rules = spec.successPolicy?.rules
  if (!spec.successPolicy) return
  if (spec.completionMode !== 'Indexed') errors.invalid(path, spec.successPolicy, 'requires indexed completion mode')
  if (!rules?.length) errors.required(`${path}.rules`, 'at least one rules must be specified')
  for (const [index, rule] of (rules ?? []).entries()) {
    const at = `${path}.rules[${index}]`
    if (rule.succeededCount === undefined && rule.succeededIndexes === undefined)
      errors.required(at, 'at least one of succeededCount or succeededIndexes must be specified')
    if (rule.succeededCount !== undefined && rule.succeededCount <= 0)
      errors.invalid(`${at}.succeededCount`, rule.succeededCount, 'must be greater than or equal to 1')
    if (rule.succeededCount !== undefined && spec.completions !== undefined && rule.succeededCount > spec.completions)
      errors.invalid(
        `${at}.succeededCount`,
        rule.succeededCount,
        `must be less than or equal to ${spec.completions} (the number of specified completions)`,
      )
  }
}
