// Event

import {events} from '../../resources.ts'
import type {CoreEvent} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {eventColumns} from './event-columns.ts'
import {eventStrategy} from './event-rules.ts'

export const eventKind = defineKind<CoreEvent>({
  resource: events,
  strategy: eventStrategy,
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': ({involvedObject}) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({involvedObject}) => involvedObject.namespace ?? '',
    'involvedObject.name': ({involvedObject}) => involvedObject.name ?? '',
    'involvedObject.uid': ({involvedObject}) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({involvedObject}) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({involvedObject}) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({involvedObject}) => involvedObject.fieldPath ?? '',
    reason: ({reason}) => reason ?? '',
    reportingComponent: ({reportingComponent}) => reportingComponent ?? '',
    source: ({source, reportingComponent}) => source?.component || reportingComponent || '',
    type: ({type}) => type ?? '',
  },
})
