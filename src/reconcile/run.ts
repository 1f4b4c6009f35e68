// The loop, written once: changes become keys, keys wait in the queue, a bounded number of them is reconciled at a
// time. A controller that cannot start, or breaks outside its reconcile, is started again with back-off.
import type {KubeObject} from '../api/object.ts'
import {keyOf} from '../api/object.ts'
import type {ApiClient} from '../client/contract.ts'
import {backoffMs} from '../lib/backoff.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import {type Random, systemRandom} from '../lib/random.ts'
import type {ControllerSpec, EventRecorder, ReconcileContext, WatchSpec} from './contract.ts'
import {createEventRecorder} from './events/recorder.ts'
import type {Informers} from './informers.ts'
import {noMetrics, type ReconcileMetrics} from './metrics.ts'
import {Workers} from './workers.ts'

export interface RunOptions {
  readonly client: ApiClient
  readonly informers: Informers
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly random?: Random
  readonly metrics?: ReconcileMetrics
  /** Part before the slash is the manager in managedFields. */
  readonly userAgent?: string
  readonly events?: EventRecorder
  /** Told of each controller when it has worked off what it found at the start. */
  readonly onIdle?: (controller: string) => void
}

const RESTART = {firstMs: 200, maxMs: 30_000}
const DEFAULT_WORKERS = 5

/** Settles after the signal was aborted and everything in flight has ended. */
export const runControllers = async (specs: readonly ControllerSpec[], options: RunOptions): Promise<void> => {
  const names = specs.map(({name}) => name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw new Error(`two controllers are called ${twice}`)
  await Promise.all(specs.map((spec) => runController(spec, options)))
}

export const runController = async (spec: ControllerSpec, options: RunOptions): Promise<void> => {
  const {clock, signal} = options
  const logger = options.logger.child({controller: spec.name})
  let failures = 0
  while (!signal.aborted) {
    const startedMs = clock.monotonic()
    try {
      await runOnce(spec, {...options, logger})
    } catch (error) {
      if (signal.aborted) return
      failures = clock.monotonic() - startedMs > RESTART.maxMs ? 1 : failures + 1
      logger.error('controller failed, starting it again', {error})
      await clock.sleep(backoffMs(failures, RESTART), signal).catch(() => undefined)
    }
  }
}

/** The client of a controller: its own service account, under the name of the program it is part of. */
const clientOf = (
  {identity, user}: ControllerSpec,
  {client, userAgent = 'kube-controller-manager'}: RunOptions,
): ApiClient =>
  client.as({
    user: user ?? `system:serviceaccount:kube-system:${identity}`,
    groups: user
      ? ['system:authenticated']
      : ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
    userAgent: `${userAgent.includes('/') ? userAgent : `${userAgent}/v1.36.2`} ${identity}`,
  })

const runOnce = async (spec: ControllerSpec, options: RunOptions): Promise<void> => {
  const {clock, informers, logger, metrics = noMetrics} = options
  // What belongs to this run ends with it, also when it is about to be started again.
  const ended = new AbortController()
  const signal = AbortSignal.any([options.signal, ended.signal])
  const client = clientOf(spec, options)
  const recorder = options.events ? undefined : createEventRecorder({client, clock, logger, component: spec.identity})
  const context: ReconcileContext = {
    client,
    informers,
    cache: (resource) => informers.informer(resource).cache,
    events: options.events ?? (recorder as EventRecorder),
    clock,
    random: options.random ?? systemRandom,
    logger,
    signal,
  }
  const workers = new Workers(spec, {
    context,
    informers,
    metrics,
    limit: spec.workers ?? DEFAULT_WORKERS,
    onIdle: () => options.onIdle?.(spec.name),
  })
  const ways: (() => void)[] = []
  let started: Disposable | undefined
  try {
    await Promise.all(spec.watches.map((watch) => prepare(watch as unknown as WatchSpec, context)))
    started = spec.start?.(context, (key, delayMs = 0) => workers.queue.addAfter(key, delayMs)) ?? undefined
    for (const watch of spec.watches) ways.push(listen(watch as unknown as WatchSpec, context, workers))
    workers.open()
    await aborted(signal)
  } finally {
    ended.abort(new Error('the controller has stopped'))
    for (const leave of ways) leave()
    started?.[Symbol.dispose]()
    await workers.close()
    await recorder?.close()
  }
}

const prepare = async (watch: WatchSpec, {informers, signal}: ReconcileContext): Promise<void> => {
  const informer = informers.informer(watch.resource)
  for (const [name, index] of Object.entries(watch.indexes ?? {})) informer.addIndex(name, index)
  await informer.synced(signal)
}

const listen = (watch: WatchSpec, context: ReconcileContext, {queue}: Workers): (() => void) => {
  const {toKeys} = watch
  return context.informers.informer<KubeObject>(watch.resource).onChange((change) => {
    if (!toKeys) queue.add(keyOf(change.object))
    else for (const key of toKeys(change, context)) queue.add(key)
  })
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), {once: true})
  })
