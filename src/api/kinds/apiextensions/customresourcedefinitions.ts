// CustomResourceDefinition

import {customResourceDefinitions} from '../../resources.ts'
import type {CustomResourceDefinition} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'
import {dropStatus, keepStatus, statusSubresource} from '../status.ts'
import {defaultDefinition} from './customresourcedefinition-defaults.ts'

export const customResourceDefinitionKind = defineKind<CustomResourceDefinition>({
  resource: customResourceDefinitions,
  countsGenerations: true,
  strategy: {default: defaultDefinition, prepareForCreate: dropStatus, prepareForUpdate: keepStatus},
  columns: [nameColumn, createdAtColumn],
  subresources: {
    status: statusSubresource,
  },
})
