// Requests and limits: no request above its limit, none at all of what the pod does not claim.
import type {FieldErrors} from '../../../field-errors.ts'
import {canonicalQuantity, compareQuantities} from '../../../meta/quantity.ts'
import type {ResourceRequirements} from '../../../schema/types.gen.ts'
import {checkRequired} from '../../checks.ts'
import {sortedByKey} from '../../metadata.ts'
import {allowsOvercommit, isHugePages, validateAmount, validateContainerResourceName} from './resource-names.ts'

type NameRule = (resource: string, path: string, errors: FieldErrors) => void

const checkAgainstLimit = (
  resource: string,
  request: string,
  {limit, path}: {readonly limit: string | undefined; readonly path: string},
  errors: FieldErrors,
): void => {
  if (limit === undefined) {
    if (!allowsOvercommit(resource))
      errors.required(`${path}.limits`, 'Limit must be set for non overcommitable resources')
    return
  }
  const order = compareQuantities(request, limit)
  const text = `${resource} limit of ${canonicalQuantity(limit)}`
  const shown = canonicalQuantity(request)
  if (order !== 0 && !allowsOvercommit(resource)) errors.invalid(`${path}.requests`, shown, `must be equal to ${text}`)
  else if (order > 0) errors.invalid(`${path}.requests`, shown, `must be less than or equal to ${text}`)
}

const validateClaims = (
  resources: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void => {
  const seen = new Set<string>()
  for (const [index, {name, request}] of (resources.claims ?? []).entries()) {
    const at = `${path}[${index}]`
    if (!checkRequired(name, `${at}.name`, errors)) continue
    if (!claimNames.has(name)) errors.notFound(`${at}.name`, name)
    const key = `${name}/${request ?? ''}`
    if (seen.has(key)) errors.duplicate(at, request ? key : name)
    seen.add(key)
  }
}

export interface ResourceRules {
  readonly claimNames: ReadonlySet<string>
  readonly nameRule?: NameRule
}

export const validateResources = (
  resources: ResourceRequirements | undefined,
  {claimNames, nameRule = validateContainerResourceName}: ResourceRules,
  path: string,
  errors: FieldErrors,
): void => {
  if (!resources) return
  const limits = sortedByKey(resources.limits) ?? {}
  const requests = sortedByKey(resources.requests) ?? {}
  for (const [resource, amount] of Object.entries(limits)) {
    nameRule(resource, `${path}.limits[${resource}]`, errors)
    validateAmount(resource, amount, `${path}.limits[${resource}]`, errors)
  }
  for (const [resource, amount] of Object.entries(requests)) {
    nameRule(resource, `${path}.requests[${resource}]`, errors)
    validateAmount(resource, amount, `${path}.requests[${resource}]`, errors)
    checkAgainstLimit(resource, amount, {limit: limits[resource], path}, errors)
  }
  const named = [...Object.keys(limits), ...Object.keys(requests)]
  if (named.some(isHugePages) && !named.includes('cpu') && !named.includes('memory'))
    errors.forbidden(path, 'HugePages require cpu or memory')
  validateClaims(resources, claimNames, `${path}.claims`, errors)
}
