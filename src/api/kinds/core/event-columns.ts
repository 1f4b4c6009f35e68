// The table of events, the same for both API groups (descriptions are those of the core type).
import type {Column} from '../../kind.ts'
import {ageOf} from '../../meta/human-duration.ts'
import type {CoreEvent} from '../../schema/types.gen.ts'
import {column, nameColumn, wideColumn} from '../columns.ts'

const firstSeen = (event: CoreEvent, nowMs: number): string => ageOf(event.firstTimestamp ?? event.eventTime, nowMs)

const lastSeen = (event: CoreEvent, nowMs: number): string => {
  if (event.series) return ageOf(event.series.lastObservedTime, nowMs)
  return event.lastTimestamp ? ageOf(event.lastTimestamp, nowMs) : firstSeen(event, nowMs)
}

const objectCell = ({involvedObject: {kind = '', name}}: CoreEvent): string =>
  name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()

const sourceCell = ({source, reportingComponent, reportingInstance}: CoreEvent): string => {
  const component = source?.component || (reportingComponent ?? '')
  const host = source?.host || (reportingInstance ?? '')
  return host ? `${component}, ${host}` : component
}

export const eventColumns: readonly Column<CoreEvent>[] = [
  column('Last Seen', lastSeen, {
    description: 'The time at which the most recent occurrence of this event was recorded.',
  }),
  column('Type', ({type}) => type ?? '', {
    description: 'Type of this event (Normal, Warning), new types could be added in the future',
  }),
  column('Reason', ({reason}) => reason ?? '', {
    description:
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
  }),
  column('Object', objectCell, {description: 'The object that this event is about.'}),
  wideColumn('Subobject', ({involvedObject}) => involvedObject.fieldPath ?? '', {
    description:
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
  }),
  wideColumn('Source', sourceCell, {
    description: 'The component reporting this event. Should be a short machine understandable string.',
  }),
  column('Message', ({message}) => message?.trim() ?? '', {
    description: 'A human-readable description of the status of this operation.',
  }),
  wideColumn('First Seen', firstSeen, {
    description: 'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
  }),
  wideColumn('Count', ({count, series}) => series?.count ?? (count || 1), {
    description: 'The number of times this event has occurred.',
  }),
  {...nameColumn, priority: 1},
]
