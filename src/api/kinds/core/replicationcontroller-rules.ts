import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {ReplicationController} from '../../schema/types.gen.ts'
import {checkNonNegative} from '../checks.ts'
import {podNameWarnings} from '../name-warnings.ts'
import {dropStatus, keepStatus} from '../status.ts'
import {checkRunsForever, checkTemplateLabels, defaultTemplate} from '../workload-rules.ts'
import {validatePodTemplate} from './pod-spec/validate.ts'
import {templateWarnings} from './pod-spec/warnings.ts'

const applyDefaults = (controller: ReplicationController): void => {
  const spec = (controller.spec ??= {})
  const labels = spec.template?.metadata?.labels
  if (labels && Object.keys(labels).length > 0) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = {...labels}
    if (controller.metadata && Object.keys(controller.metadata.labels ?? {}).length === 0)
      controller.metadata.labels = {...labels}
  }
  spec.replicas ??= 1
  if (spec.template) defaultTemplate(spec)
}

const validate = ({spec = {}}: ReplicationController, errors: FieldErrors): void => {
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors)
  if (Object.keys(spec.selector ?? {}).length === 0) errors.required('spec.selector')
  checkNonNegative(spec.replicas, 'spec.replicas', errors)
  if (!spec.template) {
    errors.required('spec.template')
    return
  }
  if (spec.selector) checkTemplateLabels({matchLabels: spec.selector}, spec.template, 'spec.template', errors)
  validatePodTemplate(spec.template, 'spec.template', errors)
  checkRunsForever(spec.template, 'ReplicationController', 'spec.template', errors)
}

export const replicationControllerStrategy: Strategy<ReplicationController> = {
  default: applyDefaults,
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate,
  warnings: (controller, old) => [
    ...(old ? [] : podNameWarnings(controller.metadata?.name)),
    ...templateWarnings(controller.spec?.template, 'spec.template'),
  ],
}
