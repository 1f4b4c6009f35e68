// PodTemplate

import {podTemplates} from '../../resources.ts'
import type {PodTemplate} from '../../schema/types.gen.ts'
import {column, containerImages, containerNames, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {labelsCell} from '../selector-text.ts'
import {podTemplateStrategy} from './podtemplate-rules.ts'

export const podTemplateKind = defineKind<PodTemplate>({
  resource: podTemplates,
  strategy: podTemplateStrategy,
  countsGenerations: true,
  columns: [
    nameColumn,
    column('Containers', ({template}) => containerNames(template?.spec?.containers), {
      description: 'Names of each container in the template.',
    }),
    column('Images', ({template}) => containerImages(template?.spec?.containers), {
      description: 'Images referenced by each container in the template.',
    }),
    column('Pod Labels', ({template}) => labelsCell(template?.metadata?.labels), {
      description: 'The labels for the pod template.',
    }),
  ],
})
