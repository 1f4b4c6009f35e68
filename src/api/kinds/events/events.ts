// Event, as events.k8s.io names its fields
import type {Column} from '../../kind.ts'
import type {KubeObject} from '../../object.ts'
import {events, groupedEvents} from '../../resources.ts'
import type {CoreEvent, EventsEvent} from '../../schema/types.gen.ts'
import {eventColumns} from '../core/event-columns.ts'
import {groupedEventStrategy} from '../core/event-rules.ts'
import {defineKind} from '../define.ts'
import {fromCoreEvent, toCoreEvent} from './conversion.ts'

const throughCore = (column: Column<CoreEvent>): Column<EventsEvent> => ({
  ...column,
  cell: (event, nowMs) => column.cell(toCoreEvent(event), nowMs),
})

export const groupedEventKind = defineKind<EventsEvent>({
  resource: groupedEvents,
  strategy: groupedEventStrategy,
  selectableFields: {
    'regarding.kind': ({regarding}) => regarding?.kind ?? '',
    'regarding.namespace': ({regarding}) => regarding?.namespace ?? '',
    'regarding.name': ({regarding}) => regarding?.name ?? '',
    'regarding.uid': ({regarding}) => regarding?.uid ?? '',
    'regarding.apiVersion': ({regarding}) => regarding?.apiVersion ?? '',
    'regarding.resourceVersion': ({regarding}) => regarding?.resourceVersion ?? '',
    'regarding.fieldPath': ({regarding}) => regarding?.fieldPath ?? '',
    reason: ({reason}) => reason ?? '',
    reportingController: ({reportingController}) => reportingController ?? '',
    type: ({type}) => type ?? '',
  },
  columns: eventColumns.map(throughCore),
  storage: {
    resource: events,
    toStored: toCoreEvent,
    fromStored: (stored: KubeObject) => fromCoreEvent(stored as CoreEvent),
  },
})
