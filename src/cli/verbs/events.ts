import {ageOf} from '../../api/meta/human-duration.ts'
import {events as eventResource} from '../../api/resources.ts'
import type {flags} from '../commands/events.ts'
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import {listUrl} from '../input/select.ts'
import {failOnInterrupt} from '../interrupt.ts'
import type {Invocation} from '../invocation.ts'
import {mapAt, namespaceOf, numberAt, type Obj, textAt} from '../objects.ts'
import {createPrinter, hasFormat, type Printer} from '../output/printer.ts'
import {getJson} from '../request.ts'
import {createMapper, NoSuchType} from '../resources/mapper.ts'
import {Failure} from '../usage-mistake.ts'
import {isClosed, watchEvents} from '../watch/events.ts'

type Events = Invocation<typeof flags>

const checkTypes = (types: readonly string[]): void => {
  for (const type of types)
    if (!['normal', 'warning'].includes(type.toLowerCase())) throw new Error('valid --types are Normal or Warning')
}

const forSelector = async ({flags: own, connect}: Events): Promise<string | undefined> => {
  if (own.for === '') return undefined
  const [type = '', name = '', ...rest] = own.for.split('/')
  if (rest.length > 0 || type === '' || name === '') throw new Error('--for must be in resource/name form')
  const mapper = createMapper(async () => (await connect()).client)
  const {kind} = await mapper.byWord(type).catch((error: unknown) => {
    throw error instanceof NoSuchType ? new Failure(error.message) : error
  })
  return `involvedObject.kind=${kind},involvedObject.name=${name}`
}

/** When the event was seen last. */
const lastTime = (event: Obj): number =>
  Date.parse(
    textAt(event, 'series', 'lastObservedTime') || textAt(event, 'lastTimestamp') || textAt(event, 'eventTime'),
  ) || 0

const interval = (event: Obj, now: number): string => {
  const first = ageOf(textAt(event, 'eventTime') || textAt(event, 'firstTimestamp'), now)
  if (event.series) {
    const last = ageOf(textAt(event, 'series', 'lastObservedTime'), now)
    return `${last} (x${numberAt(event, 'series', 'count')} over ${first})`
  }
  const count = numberAt(event, 'count')
  return count > 1 ? `${ageOf(textAt(event, 'lastTimestamp'), now)} (x${count} over ${first})` : first
}

const rowOf = (event: Obj, now: number, withNamespace: boolean): string => {
  const about = mapAt(event, 'involvedObject')
  const cells = [
    ...(withNamespace ? [namespaceOf(event)] : []),
    interval(event, now),
    textAt(event, 'type'),
    textAt(event, 'reason'),
    `${textAt(about, 'kind')}/${textAt(about, 'name')}`,
    textAt(event, 'message').trim(),
  ]
  return `${cells.join('\t')}\n`
}

const tablePrinter = (invocation: Events): ((list: readonly Obj[]) => string) => {
  const {flags: own, io} = invocation
  const remembered: number[] = []
  let headers = !own['no-headers']
  return (list) => {
    const head = [...(own['all-namespaces'] ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']
    const rows = list.map((event) => rowOf(event, io.now(), own['all-namespaces']))
    const text = `${headers ? `${head.join('\t')}\n` : ''}${rows.join('')}`
    headers = false
    return text === '' ? '' : alignTabs(text, {...tableTabs, remembered})
  }
}

interface EventList {
  readonly apiVersion: string
  readonly metadata?: {readonly resourceVersion?: string; readonly continue?: string}
  readonly items?: readonly Obj[]
}

const readAll = async (invocation: Events, namespace: string, selector: string | undefined) => {
  const {client} = await invocation.connect()
  const items: Obj[] = []
  let next: string | undefined
  let resourceVersion = ''
  do {
    const chunk = invocation.flags['chunk-size']
    const answer = await getJson<EventList>(
      client,
      listUrl(eventResource, namespace, {
        fieldSelector: selector,
        limit: chunk > 0 ? chunk : undefined,
        continue: next,
      }),
    )
    for (const item of answer.items ?? []) items.push({kind: 'Event', apiVersion: 'v1', ...item})
    resourceVersion = answer.metadata?.resourceVersion ?? ''
    next = answer.metadata?.continue || undefined
  } while (next)
  return {items, resourceVersion}
}

const follow = async (
  invocation: Events,
  url: string,
  isWanted: (event: Obj) => boolean,
  print: (event: Obj) => string,
): Promise<void> => {
  const {client} = await invocation.connect()
  try {
    for await (const {type, object} of watchEvents(client, url))
      if (type !== 'DELETED' && isWanted(object)) invocation.io.out(print(object))
  } catch (error) {
    if (!isClosed(error)) throw error
  }
}

export const events = async (invocation: Events): Promise<void> => {
  const {flags: own, io, connect} = invocation
  checkTypes(own.types)
  const printer: Printer | undefined = hasFormat(own)
    ? await createPrinter({
        io,
        output: own.output,
        template: own.template,
        allowMissing: own['allow-missing-template-keys'],
        showManagedFields: own['show-managed-fields'],
        keepOrder: true,
      })
    : undefined
  const selector = await forSelector(invocation)
  const {namespace: current} = await connect()
  const namespace = own['all-namespaces'] ? '' : current
  const isWanted = (event: Obj): boolean =>
    own.types.length === 0 || own.types.some((type) => type.toLowerCase() === textAt(event, 'type').toLowerCase())
  const {items, resourceVersion} = await readAll(invocation, namespace, selector)
  // A watch tells them as the server does, one by one.
  const known = items.filter(isWanted)
  const wanted = own.watch ? known : known.toSorted((one, other) => lastTime(one) - lastTime(other))
  const table = tablePrinter(invocation)
  if (wanted.length > 0 || own.watch) {
    if (printer && !own.watch) io.out(printer({kind: 'EventList', apiVersion: 'v1', metadata: {}, items: wanted}))
    else if (printer) for (const event of wanted) io.out(printer(event))
    else if (own.watch) for (const event of wanted) io.out(table([event]))
    else io.out(table(wanted))
  } else io.err(namespace === '' ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
  if (!own.watch) return
  failOnInterrupt()
  const url = listUrl(eventResource, namespace, {fieldSelector: selector, watch: 'true', resourceVersion})
  await follow(invocation, url, isWanted, (event) => (printer ? printer(event) : table([event])))
}
