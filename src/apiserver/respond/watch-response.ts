// A watch as an answer: lines of JSON for connections, objects for callers in this process.
import type {Kind} from '../../api/kind.ts'
import type {KubeObject, WatchEvent} from '../../api/object.ts'
import {apiVersionOf} from '../../api/resource.ts'
import type {ApiResponse} from '../../api/transport.ts'
import type {Revision} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {expired} from '../errors.ts'
import {encode, type Shared} from '../registry/objects.ts'
import type {Call} from '../request/call.ts'
import {frame, type Seen} from '../watch/events.ts'
import {Queue} from '../watch/queue.ts'
import type {Sink, Watcher} from '../watch/watcher.ts'
import type {Answer} from './answer.ts'
import {type Form, isPlain} from './negotiate.ts'
import {partialOf} from './partial.ts'
import {failureOf} from './status.ts'
import {includeObjectOf, tableOf} from './table.ts'

type WatchAnswer = Extract<Answer, {type: 'watch'}>

const waitingEvents = 10_000

export const bookmarkOf = (kind: Kind, revision: Revision, endsInitialEvents: boolean): KubeObject => ({
  kind: kind.resource.kind,
  apiVersion: apiVersionOf(kind.resource),
  metadata: {
    resourceVersion: String(revision),
    ...(endsInitialEvents ? {annotations: {'k8s.io/initial-events-end': 'true'}} : {}),
  },
})

/** Takes lines; whoever writes them to a connection says when it cannot keep up. */
export interface LineSink {
  line(bytes: Buffer): void
  end(): void
}

/** A body of lines: pushed to a connection, or pulled by others. */
export class WatchBody implements AsyncIterable<Uint8Array> {
  readonly #watcher: Watcher
  readonly #sink: (lines: LineSink) => Sink

  constructor(watcher: Watcher, sink: (lines: LineSink) => Sink) {
    this.#watcher = watcher
    this.#sink = sink
  }

  /** Returns the way to stop. */
  push(lines: LineSink): () => void {
    this.#watcher.start(this.#sink(lines))
    return () => this.#watcher.stop()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const queue = new Queue<Uint8Array>({
      limit: waitingEvents,
      onOverflow: () => this.#watcher.stop(),
      onClose: () => this.#watcher.stop(),
    })
    this.push({line: (bytes) => queue.push(bytes), end: () => queue.end()})
    return queue[Symbol.asyncIterator]()
  }
}

const bytesSink = (backend: Backend, kind: Kind, lines: LineSink): Sink => ({
  event: (seen) => lines.line(backend.frames.of(kind, seen)),
  bookmark: (revision, {endsInitialEvents}) =>
    lines.line(frame('BOOKMARK', encode(bookmarkOf(kind, revision, endsInitialEvents)))),
  failed: (error) => lines.line(frame('ERROR', encode(failureOf(error)))),
  end: () => lines.end(),
})

/** Tables and partial objects are made for each watcher: few ask for them. */
const convertedSink = (backend: Backend, call: Call, form: Form, kind: Kind, lines: LineSink): Sink => {
  let headers = true
  const include = includeObjectOf(call.info.query)
  const convert = (object: Shared): unknown => {
    if (form.shape !== 'Table') return form.shape === 'Object' ? object : partialOf(object, form.version)
    const {resourceVersion} = object.metadata
    const {version, descriptions} = form
    const options = {version, include, nowMs: backend.clock.now(), headers, descriptions}
    const table = tableOf(kind, [object], {resourceVersion}, options)
    headers = false
    return table
  }
  const mark = (revision: Revision, endsInitialEvents: boolean): unknown => {
    const object = bookmarkOf(kind, revision, endsInitialEvents)
    if (form.shape === 'Object') return object
    if (form.shape !== 'Table') return partialOf(object, form.version)
    return {
      kind: 'Table',
      apiVersion: `meta.k8s.io/${form.version}`,
      metadata: {resourceVersion: String(revision)},
      columnDefinitions: null,
      rows: endsInitialEvents ? [{cells: [], object: partialOf(object, form.version)}] : [],
    }
  }
  return {
    event: ({type, source}) =>
      lines.line(frame(type, encode(convert(backend.objects.object(kind, source)) as KubeObject))),
    bookmark: (revision, {endsInitialEvents}) =>
      lines.line(frame('BOOKMARK', encode(mark(revision, endsInitialEvents) as KubeObject))),
    failed: (error) => lines.line(frame('ERROR', encode(failureOf(error)))),
    end: () => lines.end(),
  }
}

export const watchResponse = (backend: Backend, call: Call, form: Form, {kind, watcher}: WatchAnswer): ApiResponse => {
  if (call.request.signal) stopWith(call.request.signal, watcher)
  const headers = {'content-type': form.encoding === 'yaml' ? 'application/yaml' : 'application/json'}
  if (call.local && isPlain(form))
    return {status: 200, headers, body: Buffer.alloc(0), events: eventsOf(backend, kind, watcher)}
  const sink = isPlain(form)
    ? (lines: LineSink) => bytesSink(backend, kind, lines)
    : (lines: LineSink) => convertedSink(backend, call, form, kind, lines)
  return {status: 200, headers, body: new WatchBody(watcher, sink)}
}

const stopWith = (signal: AbortSignal, watcher: Watcher): void => {
  const stop = (): void => watcher.stop()
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, {once: true})
  watcher.onStop(() => signal.removeEventListener('abort', stop))
}

const eventsOf = (backend: Backend, kind: Kind, watcher: Watcher): AsyncIterable<WatchEvent<KubeObject>> => {
  const queue = new Queue<WatchEvent<KubeObject>>({
    limit: waitingEvents,
    onOverflow: () => {
      overflowed = true
      watcher.stop()
    },
    onClose: () => watcher.stop(),
  })
  let overflowed = false
  const push = (type: WatchEvent<KubeObject>['type'], object: unknown): void =>
    queue.push({type, object} as WatchEvent<KubeObject>)
  const sink: Sink = {
    event: ({type, source}: Seen) => push(type, backend.objects.object(kind, source)),
    bookmark: (revision, {endsInitialEvents}) => push('BOOKMARK', bookmarkOf(kind, revision, endsInitialEvents)),
    failed: (error) => push('ERROR', failureOf(error)),
    end: () => {
      if (overflowed) push('ERROR', failureOf(expired('the watcher did not keep up')))
      queue.end()
    },
  }
  watcher.start(sink)
  return queue
}
