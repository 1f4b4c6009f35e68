// One event, two shapes: events.k8s.io names and the older core names. Events are kept in the core shape.
import type {CoreEvent, EventsEvent} from '../../schema/types.gen.ts'

const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T

export const toCoreEvent = (event: EventsEvent): CoreEvent =>
  defined({
    kind: 'Event',
    apiVersion: 'v1',
    metadata: event.metadata ?? {},
    involvedObject: event.regarding ?? {},
    reason: event.reason,
    message: event.note,
    source: event.deprecatedSource,
    firstTimestamp: event.deprecatedFirstTimestamp,
    lastTimestamp: event.deprecatedLastTimestamp,
    count: event.deprecatedCount,
    type: event.type,
    eventTime: event.eventTime,
    series: event.series,
    action: event.action,
    related: event.related,
    reportingComponent: event.reportingController ?? '',
    reportingInstance: event.reportingInstance ?? '',
  })

export const fromCoreEvent = (event: CoreEvent): EventsEvent =>
  defined({
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: event.metadata,
    eventTime: event.eventTime ?? (null as unknown as string),
    series: event.series && {
      count: event.series.count ?? 0,
      lastObservedTime: event.series.lastObservedTime ?? '',
    },
    reportingController: event.reportingComponent || undefined,
    reportingInstance: event.reportingInstance || undefined,
    action: event.action,
    reason: event.reason,
    regarding: event.involvedObject,
    related: event.related,
    note: event.message,
    type: event.type,
    deprecatedSource: event.source,
    deprecatedFirstTimestamp: event.firstTimestamp,
    deprecatedLastTimestamp: event.lastTimestamp,
    deprecatedCount: event.count,
  })
