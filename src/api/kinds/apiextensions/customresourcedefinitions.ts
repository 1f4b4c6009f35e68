// CustomResourceDefinition

import {customResourceDefinitions} from '../../resources.ts'
import type {CustomResourceDefinition} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {statusSubresource} from '../status.ts'
import {definitionStrategy} from './strategy.ts'

export const customResourceDefinitionKind = defineKind<CustomResourceDefinition>({
  resource: customResourceDefinitions,
  columns: [nameColumn, createdAtColumn],
  subresources: {status: statusSubresource},
  strategy: definitionStrategy,
  countsGenerations: true,
})
