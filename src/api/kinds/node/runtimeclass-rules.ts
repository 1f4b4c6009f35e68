import type {Strategy} from '../../kind.ts'
import type {RuntimeClass} from '../../schema/types.gen.ts'
import {checkLabelName, immutable} from '../checks.ts'
import {validateResources} from '../core/pod-spec/validate-resources.ts'
import {validateTolerations} from '../core/pod-spec/validate-scheduling.ts'
import {validateLabels} from '../metadata.ts'

export const runtimeClassStrategy: Strategy<RuntimeClass> = {
  validate: ({handler, overhead, scheduling}, errors) => {
    checkLabelName(handler, 'handler', errors)
    if (overhead?.podFixed)
      validateResources({limits: overhead.podFixed}, {claimNames: new Set()}, 'overhead.podFixed', errors)
    validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector', errors)
    validateTolerations(scheduling?.tolerations, 'scheduling.tolerations', errors)
  },
  validateOnlyUpdate: true,
  validateUpdate: ({handler}, {handler: old}, errors) => {
    if (handler !== old) errors.invalid('handler', handler, immutable)
  },
}
