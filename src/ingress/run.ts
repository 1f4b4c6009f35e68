// The Ingress controller of class `mini`: routes HTTP from this machine to pods, and says in each Ingress's status where.
import {once} from 'node:events'
import {unlessReason} from '../api/errors.ts'
import {ingressClasses, ingresses, secrets} from '../api/resources.ts'
import type {Ingress, IngressClass} from '../api/schema/types.gen.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Clock, Timer} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Cached, InformerSource} from '../reconcile/contract.ts'
import {createEventRecorder} from '../reconcile/events/recorder.ts'
import {watchBackends} from './backends.ts'
import {Certificates} from './certificates.ts'
import {type DoorAddress, type OpenAddress, openDoors, statusOf} from './doors.ts'
import {BackendPool} from './http1/backend-pool.ts'
import {Http2Front} from './http2/front.ts'
import {Router} from './router.ts'
import {byAge, routeTable} from './routes.ts'
import {StatusReporter} from './status.ts'

const CONTROLLER = 'mini.dev/ingress'
/** A burst of changes is one. */
const GATHER_MS = 5

export interface IngressOptions {
  readonly client: ApiClient
  readonly informers: InformerSource
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly addresses: readonly DoorAddress[]
  /** For names nobody brought a certificate for. */
  readonly certificate: {readonly certificate: string; readonly key: string}
  readonly onListening?: ((addresses: readonly OpenAddress[]) => void) | undefined
}

const miniClass: IngressClass = {
  metadata: {name: 'mini', annotations: {'ingressclass.kubernetes.io/is-default-class': 'true'}},
  spec: {controller: CONTROLLER},
}

export const runIngress = async (options: IngressOptions): Promise<void> => {
  const {client, clock, informers, logger, signal, certificate} = options
  await client.create(ingressClasses, miniClass, {signal}).catch(unlessReason('AlreadyExists'))
  const [all, classes, secret] = [
    informers.informer(ingresses),
    informers.informer(ingressClasses),
    informers.informer(secrets),
  ]
  await Promise.all([all.synced(signal), classes.synced(signal), secret.synced(signal)])

  const certificates = new Certificates(secret.cache)
  using backends = await watchBackends(informers, signal)
  let table = routeTable([])
  const router = new Router({table: () => table, backends})
  using pool = new BackendPool(clock)
  using http2 = new Http2Front(router)
  const tls = {contextFor: (name: string) => certificates.contextFor(name), fallback: certificate}
  await using doors = await openDoors(options.addresses, {router, pool, http2, clock, tls}, logger)
  logger.info('ingress listens', {addresses: doors.addresses})
  options.onListening?.(doors.addresses)

  const isOurs = ({metadata, spec}: Cached<Ingress>): boolean => {
    const name = spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class']
    return name !== undefined && classes.cache.getByKey(name)?.spec?.controller === CONTROLLER
  }
  const events = createEventRecorder({client, clock, logger, component: 'mini-ingress'})
  const reporter = new StatusReporter({
    client,
    events,
    logger,
    signal,
    addresses: statusOf(doors.addresses),
    problemsOf: (ingress) => certificates.problemsOf(ingress),
  })
  let timer: Timer | undefined
  const refresh = (): void => {
    timer = undefined
    const ours = all.cache.list().filter(isOurs).sort(byAge)
    table = routeTable(ours)
    certificates.update(ours)
    reporter.report(ours)
  }
  const refreshSoon = (): void => {
    timer ??= clock.after(GATHER_MS, refresh)
  }
  using stack = new DisposableStack()
  for (const informer of [all, classes, secret]) stack.defer(informer.onChange(refreshSoon))
  stack.defer(() => timer?.cancel())
  if (!signal.aborted) await once(signal, 'abort')
  await events.close()
}
