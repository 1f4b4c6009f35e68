import type {Strategy} from '../../kind.ts'
import type {Lease} from '../../schema/types.gen.ts'

export const leaseStrategy: Strategy<Lease> = {
  validate: ({spec}, errors) => {
    const {holderIdentity, leaseDurationSeconds: duration, leaseTransitions: transitions} = spec ?? {}
    if (holderIdentity !== undefined && holderIdentity === '')
      errors.invalid('spec.holderIdentity', '', 'must not be empty')
    if (duration !== undefined && duration <= 0)
      errors.invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0')
    if (transitions !== undefined && transitions < 0)
      errors.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')
  },
  createOnUpdate: true,
  requiresVersion: true,
}
