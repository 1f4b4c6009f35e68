import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {ReplicaSet, ReplicaSetSpec} from '../../schema/types.gen.ts'
import {checkNonNegative} from '../checks.ts'
import {templateWarnings} from '../core/pod-spec/warnings.ts'
import {podNameWarnings} from '../name-warnings.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {checkImmutable, defaultTemplate, validateReplicaTemplate, validateSelector} from '../workload-rules.ts'

const validate = ({spec = {selector: {}}}: ReplicaSet, errors: FieldErrors): void => {
  checkNonNegative(spec.replicas, 'spec.replicas', errors)
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  validateSelector(spec.selector, {path: 'spec.selector', owner: 'deployment'}, errors)
  validateReplicaTemplate(spec, 'spec.template', errors)
}

export const replicaSetStrategy: Strategy<ReplicaSet> = {
  default: (set) => {
    const spec = (set.spec ??= {} as ReplicaSetSpec)
    defaultTemplate(spec)
    spec.replicas ??= 1
  },
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate,
  validateOnlyUpdate: true,
  validateUpdate: (set, old, errors) => {
    validate(set, errors)
    checkImmutable(set.spec?.selector, old.spec?.selector, 'spec.selector', errors)
  },
  warnings: (set, old) => [
    ...(old ? [] : podNameWarnings(set.metadata?.name)),
    ...templateWarnings(set.spec?.template, 'spec.template'),
  ],
}
