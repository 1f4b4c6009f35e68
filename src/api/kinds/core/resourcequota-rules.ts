import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {qualifiedName} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {ResourceQuota, ResourceQuotaSpec} from '../../schema/types.gen.ts'
import {immutable} from '../checks.ts'
import {sortedByKey} from '../metadata.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {isStandardQuotaResource, validateAmount} from './pod-spec/resource-names.ts'

const scopes = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
]
const computeNames = new Set(
  ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
)

const fits = (scope: string, resource: string): boolean => {
  if (scope === 'BestEffort') return resource === 'pods'
  return resource === 'pods' || computeNames.has(resource)
}

const validateScopes = (spec: ResourceQuotaSpec, errors: FieldErrors): void => {
  const given = spec.scopes ?? []
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.invalid('spec.scopes', given, 'unsupported scope')
    for (const resource of Object.keys(spec.hard ?? {}))
      if (isStandardQuotaResource(resource) && !fits(scope, resource))
        errors.invalid('spec.scopes', given, 'unsupported scope applied to resource')
  }
  const conflicts = [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ]
  for (const pair of conflicts)
    if (pair.every((scope) => given.includes(scope))) errors.invalid('spec.scopes', given, 'conflicting scopes')
}

const validateSelector = (spec: ResourceQuotaSpec, errors: FieldErrors): void => {
  for (const rule of spec.scopeSelector?.matchExpressions ?? []) {
    const path = 'spec.scopeSelector.matchExpressions'
    if (!scopes.includes(rule.scopeName)) errors.invalid(`${path}.scopeName`, rule.scopeName, 'unsupported scope')
    const isSet = rule.operator === 'In' || rule.operator === 'NotIn'
    if (rule.scopeName !== 'PriorityClass' && rule.scopeName !== 'VolumeAttributesClass' && rule.operator !== 'Exists')
      errors.invalid(
        `${path}.operator`,
        rule.operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      )
    if (isSet && !rule.values?.length)
      errors.required(
        `${path}.values`,
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      )
    if (!isSet && rule.values?.length)
      errors.invalid(
        `${path}.values`,
        rule.values,
        "must be no value when `operator` is 'Exists' or 'DoesNotExist' for scope selector",
      )
  }
}

const validate = ({spec = {}}: ResourceQuota, errors: FieldErrors): void => {
  for (const [resource, amount] of Object.entries(sortedByKey(spec.hard) ?? {})) {
    const path = `spec.hard[${resource}]`
    const complaints = qualifiedName(resource)
    for (const complaint of complaints) errors.invalid(path, resource, complaint)
    if (complaints.length === 0 && !resource.includes('/') && !isStandardQuotaResource(resource))
      errors.invalid(path, resource, 'must be a standard resource for quotas')
    validateAmount(resource, amount, path, errors)
  }
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
