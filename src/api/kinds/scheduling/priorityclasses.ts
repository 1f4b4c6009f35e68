// PriorityClass
import {priorityClasses} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const priorityClassKind = defineKind({
  resource: priorityClasses,
  columns: [nameColumn, ageColumn],
})
