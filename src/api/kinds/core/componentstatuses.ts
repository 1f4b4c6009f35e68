// ComponentStatus
import {componentStatuses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const componentStatusKind = defineKind({
  resource: componentStatuses,
  verbs: ['get', 'list'],
  columns: [nameColumn, ageColumn],
})
