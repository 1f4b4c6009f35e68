// PriorityLevelConfiguration
import {priorityLevelConfigurations} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const priorityLevelConfigurationKind = defineKind({
  resource: priorityLevelConfigurations,
  columns: [nameColumn, ageColumn],
  subresources: {
    status: {verbs: ['get', 'patch', 'update']},
  },
})
