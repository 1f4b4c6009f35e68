// Event
import {events} from '../../resources.ts'
import {ageColumn, nameColumn} from '../columns.ts'
import {defineKind} from '../define.ts'

export const eventKind = defineKind({
  resource: events,
  columns: [nameColumn, ageColumn],
})
