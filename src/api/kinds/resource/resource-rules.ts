// Claims on devices.
import type {Strategy} from '../../kind.ts'
import {isSame} from '../../meta/same.ts'
import type {ResourceClaimSpec, ResourceClaimTemplate, ResourceResourceClaim} from '../../schema/types.gen.ts'
import {immutable} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {validateClaimSpec} from './request-rules.ts'

const defaultSpec = (spec: ResourceClaimSpec | undefined): void => {
  for (const {exactly, firstAvailable} of spec?.devices?.requests ?? [])
    for (const request of [...(exactly ? [exactly] : []), ...(firstAvailable ?? [])]) {
      request.allocationMode ||= 'ExactCount'
      if (request.allocationMode === 'ExactCount') request.count ||= 1
    }
}

export const resourceClaimStrategy: Strategy<ResourceResourceClaim> = {
  default: ({spec}) => defaultSpec(spec),
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: ({spec}, errors) => validateClaimSpec(spec, 'spec', errors),
  // A spec that may not change is not looked at again.
  validateOnlyUpdate: true,
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec, old)) errors.invalid('spec', spec, immutable)
  },
}

export const resourceClaimTemplateStrategy: Strategy<ResourceClaimTemplate> = {
  default: ({spec}) => defaultSpec(spec?.spec),
  validate: ({spec}, errors) => validateClaimSpec(spec?.spec, 'spec.spec', errors),
  // A spec that may not change is not looked at again.
  validateOnlyUpdate: true,
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec, old)) errors.invalid('spec', spec, immutable)
  },
}
