import type {Strategy} from '../../kind.ts'
import type {PodTemplate} from '../../schema/types.gen.ts'
import {defaultTemplate} from '../workload-rules.ts'
import {validatePodTemplate} from './pod-spec/validate.ts'
import {templateWarnings} from './pod-spec/warnings.ts'

export const podTemplateStrategy: Strategy<PodTemplate> = {
  default: (object) => defaultTemplate(object),
  validate: ({template}, errors) => validatePodTemplate(template, 'template', errors),
  warnings: ({template}) => templateWarnings(template, 'template'),
  returnsDeleted: true,
}
