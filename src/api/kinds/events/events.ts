// Event
import {groupedEvents} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const groupedEventKind = defineKind({
  resource: groupedEvents,
  columns: [nameColumn, ageColumn],
})
