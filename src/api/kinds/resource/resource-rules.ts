// Claims on devices.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {ResourceClaimSpec, ResourceClaimTemplate, ResourceResourceClaim} from '../../schema/types.gen.ts'
import {checkLabelName, checkOneOf, checkRequired, checkSubdomain, immutable} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const defaultSpec = (spec: ResourceClaimSpec | undefined): void => {
  for (const {exactly, firstAvailable} of spec?.devices?.requests ?? [])
    for (const request of [...(exactly ? [exactly] : []), ...(firstAvailable ?? [])]) {
      request.allocationMode ||= 'ExactCount'
      if (request.allocationMode === 'ExactCount') request.count ||= 1
    }
}

const validateSpec = (spec: ResourceClaimSpec | undefined, path: string, errors: FieldErrors): void => {
  const names = new Set<string>()
  for (const [index, request] of (spec?.devices?.requests ?? []).entries()) {
    const at = `${path}.devices.requests[${index}]`
    if (checkRequired(request.name, `${at}.name`, errors)) checkLabelName(request.name, `${at}.name`, errors)
    if (names.has(request.name)) errors.duplicate(at, request.name)
    names.add(request.name)
    const given = [request.exactly, request.firstAvailable?.length].filter(Boolean).length
    if (given === 0) errors.required(at, 'exactly one of `exactly` or `firstAvailable` is required')
    if (given > 1)
      errors.invalid(at, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set')
    const exact = request.exactly
    if (!exact) continue
    if (checkRequired(exact.deviceClassName, `${at}.exactly.deviceClassName`, errors))
      checkSubdomain(exact.deviceClassName, `${at}.exactly.deviceClassName`, errors)
    checkOneOf(exact.allocationMode, ['All', 'ExactCount'], `${at}.exactly.allocationMode`, errors)
  }
}

export const resourceClaimStrategy: Strategy<ResourceResourceClaim> = {
  default: ({spec}) => defaultSpec(spec),
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: ({spec}, errors) => validateSpec(spec, 'spec', errors),
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec, old)) errors.invalid('spec', spec, immutable)
  },
}

export const resourceClaimTemplateStrategy: Strategy<ResourceClaimTemplate> = {
  default: ({spec}) => defaultSpec(spec?.spec),
  validate: ({spec}, errors) => validateSpec(spec?.spec, 'spec.spec', errors),
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec, old)) errors.invalid('spec', spec, immutable)
  },
}
