import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement} from '../../schema/types.gen.ts'
import {immutable} from '../checks.ts'
import {sortedByKey} from '../metadata.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {isStandardQuotaResource, validateAmount, validateResourceName} from './pod-spec/resource-names.ts'

const scopes = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
]
const computeNames = new Set(['cpu', 'memory'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]))
const claimNames = new Set(['persistentvolumeclaims', 'requests.storage'])

const fits = (scope: string, resource: string): boolean => {
  if (scope === 'BestEffort') return resource === 'pods'
  if (scope === 'VolumeAttributesClass') return claimNames.has(resource)
  return !scopes.includes(scope) || resource === 'pods' || computeNames.has(resource)
}

const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]

/** Objects that are not fit for a scope cannot be counted in it. */
const misfits = (scope: string, spec: ResourceQuotaSpec): number =>
  Object.keys(spec.hard ?? {}).filter((resource) => isStandardQuotaResource(resource) && !fits(scope, resource)).length

const validateScopes = (spec: ResourceQuotaSpec, errors: FieldErrors): void => {
  const given = spec.scopes ?? []
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.invalid('spec.scopes', given, 'unsupported scope')
    for (let left = misfits(scope, spec); left > 0; left--)
      errors.invalid('spec.scopes', given, 'unsupported scope applied to resource')
  }
  for (const pair of conflicts)
    if (pair.every((scope) => given.includes(scope))) errors.invalid('spec.scopes', given, 'conflicting scopes')
}

const withValues = new Set(['PriorityClass', 'VolumeAttributesClass'])

const validateOperator = (rule: ScopedResourceSelectorRequirement, path: string, errors: FieldErrors): void => {
  const {scopeName, operator, values = []} = rule
  if (scopes.includes(scopeName) && !withValues.has(scopeName) && operator !== 'Exists')
    errors.invalid(
      `${path}.operator`,
      operator,
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
    )
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.required(
        `${path}.values`,
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      )
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.invalid(
        `${path}.values`,
        values,
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
      )
  } else errors.invalid(`${path}.operator`, operator, 'not a valid selector operator')
}

const validateSelector = (spec: ResourceQuotaSpec, errors: FieldErrors): void => {
  const path = 'spec.scopeSelector.matchExpressions'
  const rules = spec.scopeSelector?.matchExpressions ?? []
  for (const rule of rules) {
    if (!scopes.includes(rule.scopeName)) errors.invalid(`${path}.scopeName`, rule.scopeName, 'unsupported scope')
    for (let left = misfits(rule.scopeName, spec); left > 0; left--)
      errors.invalid(path, spec.scopeSelector, 'unsupported scope applied to resource')
    validateOperator(rule, path, errors)
  }
  for (const pair of conflicts)
    if (pair.every((scope) => rules.some(({scopeName}) => scopeName === scope)))
      errors.invalid(path, spec.scopes ?? null, 'conflicting scopes')
}

const validateAmounts = (
  amounts: {[resource: string]: string} | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  for (const [resource, amount] of Object.entries(sortedByKey(amounts) ?? {})) {
    const at = `${path}[${resource}]`
    validateResourceName(resource, at, errors)
    if (!resource.includes('/') && !isStandardQuotaResource(resource))
      errors.invalid(at, resource, 'must be a standard resource for quota')
    validateAmount(resource, amount, at, errors)
  }
}

export const validateQuotaStatus = ({status}: ResourceQuota, _old: ResourceQuota, errors: FieldErrors): void => {
  validateAmounts(status?.hard, 'status.hard', errors)
  validateAmounts(status?.used, 'status.used', errors)
}

const validate = ({spec = {}}: ResourceQuota, errors: FieldErrors): void => {
  validateAmounts(spec.hard, 'spec.hard', errors)
  validateScopes(spec, errors)
  validateSelector(spec, errors)
}

export const resourceQuotaStrategy: Strategy<ResourceQuota> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame([...(spec?.scopes ?? [])].sort(), [...(old?.scopes ?? [])].sort()))
      errors.invalid('spec.scopes', spec?.scopes ?? null, immutable)
  },
  returnsDeleted: true,
}
