// The events about an object, at the end of its description.
import {ageOf} from '../../api/meta/human-duration.ts'
import type {KubeObject} from '../../api/object.ts'
import {events as eventResource} from '../../api/resources.ts'
import type {CoreEvent} from '../../api/schema/types.gen.ts'
import type {DescribeContext} from './describer.ts'
import type {Page} from './page.ts'

const timeOf = ({lastTimestamp, firstTimestamp, eventTime, series, metadata}: CoreEvent): string =>
  series?.lastObservedTime ?? lastTimestamp ?? firstTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ''

const intervalOf = (event: CoreEvent, nowMs: number): string => {
  const first = event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp
  const begun = ageOf(first, nowMs)
  if (event.series) return `${ageOf(event.series.lastObservedTime, nowMs)} (x${event.series.count} over ${begun})`
  return (event.count ?? 0) > 1 ? `${ageOf(event.lastTimestamp, nowMs)} (x${event.count} over ${begun})` : begun
}

export const eventsAbout = async (
  {metadata, kind}: KubeObject,
  {client}: DescribeContext,
): Promise<readonly CoreEvent[]> => {
  // A kubelet speaks of a static pod by its own uid, which its mirror carries.
  const uid = metadata?.annotations?.['kubernetes.io/config.mirror'] ?? metadata?.uid
  const fields = [
    `involvedObject.name=${metadata?.name ?? ''}`,
    ...(metadata?.namespace ? [`involvedObject.namespace=${metadata.namespace}`] : []),
    ...(kind ? [`involvedObject.kind=${kind}`] : []),
    ...(uid ? [`involvedObject.uid=${uid}`] : []),
  ]
  const found = await client.list(eventResource, {
    namespace: metadata?.namespace || undefined,
    fieldSelector: fields.join(','),
  })
  return found.items
}

/** A server that does not tell its events describes its objects all the same. */
export const writeEvents = async (page: Page, object: KubeObject, context: DescribeContext): Promise<void> => {
  if (!context.showEvents) return
  const found = await eventsAbout(object, context).catch(() => undefined)
  if (found) writeEventList(page, found, context)
}

export const writeEventList = (page: Page, found: readonly CoreEvent[], {nowMs}: DescribeContext): void => {
  if (found.length === 0) {
    page.line(0, 'Events:', '<none>')
    return
  }
  page.line(0, 'Events:')
  page.line(1, 'Type', 'Reason', 'Age', 'From', 'Message')
  page.line(1, '----', '------', '----', '----', '-------')
  for (const event of [...found].sort((a, b) => timeOf(a).localeCompare(timeOf(b)))) {
    const source = event.source?.component || event.reportingComponent || ''
    page.line(1, event.type ?? '', event.reason ?? '', intervalOf(event, nowMs), source, (event.message ?? '').trim())
  }
}
