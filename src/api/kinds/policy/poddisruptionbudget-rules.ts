import type {Strategy} from '../../kind.ts'
import type {PodDisruptionBudget} from '../../schema/types.gen.ts'
import {checkAtMost100Percent, checkIntOrPercent, checkOptionalOneOf} from '../checks.ts'
import {goText} from '../go-struct.ts'
import {validateLabelSelector} from '../label-selector.ts'
import {dropStatus, keepStatus} from '../status.ts'

export const podDisruptionBudgetStrategy: Strategy<PodDisruptionBudget> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: ({spec = {}}, errors) => {
    if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
      errors.invalid(
        'spec',
        goText('PodDisruptionBudgetSpec', spec),
        'minAvailable and maxUnavailable cannot be both set',
      )
    for (const field of ['minAvailable', 'maxUnavailable'] as const)
      if (spec[field] !== undefined) {
        checkIntOrPercent(spec[field], `spec.${field}`, errors)
        checkAtMost100Percent(spec[field], `spec.${field}`, errors)
      }
    validateLabelSelector(spec.selector, 'spec.selector', errors)
    checkOptionalOneOf(
      spec.unhealthyPodEvictionPolicy,
      ['AlwaysAllow', 'IfHealthyBudget'],
      'spec.unhealthyPodEvictionPolicy',
      errors,
    )
  },
  validateOnlyUpdate: false,
  requiresVersion: false,
}
