// Events: written in the background, one after another, so that nobody waits for them. What cannot be written is lost.
import {hasReason} from '../../api/errors.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {events} from '../../api/resources.ts'
import type {CoreEvent, ObjectReference} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import type {EventRecorder, EventType} from '../contract.ts'
import {EventCorrelator, type SentEvent} from './correlate.ts'

export interface EventRecorderOptions {
  readonly client: ApiClient
  readonly clock: Clock
  readonly logger: Logger
  /** `deployment-controller`, `kubelet`, `default-scheduler`. */
  readonly component: string
  /** The node, for those who speak from one. */
  readonly host?: string | undefined
}

export interface OwnedEventRecorder extends EventRecorder {
  /** Writes no more; settles when the write in flight has ended. */
  close(): Promise<void>
}

interface Pending {
  readonly about: ObjectReference
  readonly type: EventType
  readonly reason: string
  readonly message: string
  readonly atMs: number
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** More than this many waiting: the newest are dropped. */
const LONGEST_QUEUE = 1000
const LONGEST_MESSAGE = 1024

export const createEventRecorder = (options: EventRecorderOptions): OwnedEventRecorder => {
  const {clock, logger} = options
  const correlator = new EventCorrelator(clock)
  const stop = new AbortController()
  const queue: Pending[] = []
  let writing: Promise<void> | undefined

  const writeAll = async (): Promise<void> => {
    for (let next = queue.shift(); next && !stop.signal.aborted; next = queue.shift())
      try {
        await write(next, correlator, options, stop.signal)
      } catch (error) {
        if (!stop.signal.aborted) logger.debug('event not written', {error, reason: next.reason})
      }
    writing = undefined
  }
  return {
    record: (about, type, reason, message, annotations) => {
      if (stop.signal.aborted || queue.length >= LONGEST_QUEUE) return
      const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 4)} ...` : message
      queue.push({about: referenceTo(about), type, reason, message: text, atMs: clock.now(), annotations})
      writing ??= Promise.resolve().then(writeAll)
    },
    close: async () => {
      stop.abort(new Error('the recorder is closed'))
      await writing
    },
  }
}

const referenceTo = ({apiVersion, kind, metadata = {}, ...rest}: DeepReadonly<KubeObject>): ObjectReference => ({
  kind,
  ...(metadata.namespace ? {namespace: metadata.namespace} : {}),
  name: metadata.name,
  uid: metadata.uid,
  apiVersion,
  resourceVersion: metadata.resourceVersion,
  // A reference to a part of an object (a container of a pod) is recorded as one.
  ...('fieldPath' in rest && typeof rest.fieldPath === 'string' ? {fieldPath: rest.fieldPath} : {}),
})

const write = async (
  pending: Pending,
  correlator: EventCorrelator,
  options: EventRecorderOptions,
  signal: AbortSignal,
): Promise<void> => {
  const {about, type, reason, message} = pending
  const {kind, namespace, name, uid, apiVersion, fieldPath} = about
  const verdict = correlator.judge({
    source: `${options.component}|${options.host ?? ''}`,
    about: [kind, namespace, name, uid, apiVersion, fieldPath].join('/'),
    type,
    reason,
    message,
  })
  if (verdict.kind === 'drop') return
  const combined = {...pending, message: verdict.message}
  const sent =
    (verdict.repeats && (await countAgain(combined, verdict.repeats, options, signal))) ??
    (await createAnew(combined, options, signal))
  correlator.sent(verdict.key, sent)
}

const timestamp = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z')

const countAgain = async (
  {message, atMs}: Pending,
  {namespace, name, count}: SentEvent,
  {client}: EventRecorderOptions,
  signal: AbortSignal,
): Promise<SentEvent | undefined> => {
  const body = {count: count + 1, lastTimestamp: timestamp(atMs), message}
  try {
    await client.patch(events, {namespace, name}, {type: 'strategic', body}, {signal})
  } catch (error) {
    // It expired: the next one starts anew.
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
  return {namespace, name, count: count + 1}
}

const createAnew = async (
  {about, type, reason, message, atMs, annotations}: Pending,
  {client, component, host, clock}: EventRecorderOptions,
  signal: AbortSignal,
): Promise<SentEvent> => {
  const namespace = about.namespace ?? 'default'
  const name = `${about.name}.${uniqueHex(clock)}`
  const at = timestamp(atMs)
  const event: CoreEvent = {
    metadata: {name, namespace, ...(annotations ? {annotations: {...annotations}} : {})},
    involvedObject: about,
    reason,
    message,
    source: {component, ...(host ? {host} : {})},
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type,
    reportingComponent: component,
    reportingInstance: host ?? '',
  }
  await client.create(events, event, {signal})
  return {namespace, name, count: 1}
}

/** Nanoseconds since 1970 in hex, as Kubernetes names events: the clock's milliseconds and a finer part that differs. */
const uniqueHex = (clock: Clock): string => {
  const finer = Math.floor((clock.monotonic() * 1e6) % 1e6)
  return (BigInt(clock.now()) * 1_000_000n + BigInt(finer)).toString(16)
}
