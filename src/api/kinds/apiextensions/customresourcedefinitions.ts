// CustomResourceDefinition

import {customResourceDefinitions} from '../../resources.ts'
import type {CustomResourceDefinition} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {validateMetadataUpdate} from '../metadata.ts'
import {statusSubresource} from '../status.ts'
import {definitionStrategy} from './strategy.ts'
import {validateDefinitionStatus} from './validate.ts'

export const customResourceDefinitionKind = defineKind<CustomResourceDefinition>({
  resource: customResourceDefinitions,
  columns: [nameColumn, createdAtColumn],
  subresources: {
    status: {
      ...statusSubresource,
      validateUpdate: (crd, old, errors) => {
        validateMetadataUpdate(crd, old, errors)
        validateDefinitionStatus(crd, errors)
      },
    },
  },
  strategy: definitionStrategy,
  countsGenerations: true,
})
