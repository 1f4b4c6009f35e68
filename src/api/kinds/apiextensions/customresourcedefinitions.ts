// CustomResourceDefinition

import {customResourceDefinitions} from '../../resources.ts'
import type {CustomResourceDefinition} from '../../schema/types.gen.ts'
import {createdAtColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const customResourceDefinitionKind = defineKind<CustomResourceDefinition>({
  resource: customResourceDefinitions,
  columns: [nameColumn, createdAtColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
