// Event

import {events} from '../../resources.ts'
import type {CoreEvent} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {eventColumns} from './event-columns.ts'

export const eventKind = defineKind<CoreEvent>({
  resource: events,
  columns: eventColumns,
})
