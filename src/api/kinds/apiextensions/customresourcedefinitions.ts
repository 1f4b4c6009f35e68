// CustomResourceDefinition
import {customResourceDefinitions} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const customResourceDefinitionKind = defineKind({
  resource: customResourceDefinitions,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
