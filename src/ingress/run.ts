// The Ingress controller of class `mini`: routes HTTP from this machine to pods, and says in each Ingress's status where.
import {once} from 'node:events'
import {unlessReason} from '../api/errors.ts'
import {ingressClasses, ingresses, secrets} from '../api/resources.ts'
import type {Ingress, IngressClass, IngressStatus} from '../api/schema/types.gen.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Cached, InformerSource} from '../reconcile/contract.ts'
import {watchBackends} from './backends.ts'
import {Certificates} from './certificates.ts'
import {Forwarder} from './forward.ts'
import {openDoor} from './listen.ts'
import {routeTable} from './routes.ts'

const CONTROLLER = 'mini.dev/ingress'

export interface IngressOptions {
  readonly client: ApiClient
  readonly informers: InformerSource
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly host: string
  readonly httpPorts: readonly number[]
  readonly httpsPorts: readonly number[]
  /** What status says: where browsers and curl go. */
  readonly address: string
  readonly certificate: {readonly certificate: string; readonly key: string}
  readonly onListening?: ((ports: {readonly http: number; readonly https: number}) => void) | undefined
}

const miniClass: IngressClass = {
  metadata: {name: 'mini', annotations: {'ingressclass.kubernetes.io/is-default-class': 'true'}},
  spec: {controller: CONTROLLER},
}

export const runIngress = async (options: IngressOptions): Promise<void> => {
  const {client, informers, logger, signal, host, address} = options
  await client.create(ingressClasses, miniClass, {signal}).catch(unlessReason('AlreadyExists'))
  const [all, classes, secret] = [
    informers.informer(ingresses),
    informers.informer(ingressClasses),
    informers.informer(secrets),
  ]
  await Promise.all([all.synced(signal), classes.synced(signal), secret.synced(signal)])

  const certificates = new Certificates(secret.cache, logger)
  using backends = await watchBackends(options)
  let table = routeTable([])
  using forwarder = new Forwarder({table: () => table, backends})
  const tls = {contextFor: (name: string) => certificates.contextFor(name), fallback: options.certificate}
  await using http = await openDoor({host, ports: options.httpPorts, forwarder})
  await using https = await openDoor({host, ports: options.httpsPorts, forwarder, tls})
  const ports = {http: http.port, https: https.port}
  logger.info('ingress listens', {host, ...ports})
  options.onListening?.(ports)

  const isOurs = ({metadata, spec}: Cached<Ingress>): boolean => {
    const name = spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class']
    return name !== undefined && classes.cache.getByKey(name)?.spec?.controller === CONTROLLER
  }
  const publish = statusPublisher(client, address, ports, signal)
  const refresh = (): void => {
    const ours = all.cache.list().filter(isOurs)
    table = routeTable(ours)
    certificates.update(ours)
    for (const ingress of ours)
      publish(ingress).catch((error) => {
        if (!signal.aborted)
          logger.warn('cannot write the status of an Ingress', {ingress: ingress.metadata.name, error})
      })
  }
  using stack = new DisposableStack()
  stack.defer(all.onChange(refresh))
  stack.defer(classes.onChange(refresh))
  refresh()
  if (!signal.aborted) await once(signal, 'abort')
}

const statusPublisher = (
  client: ApiClient,
  address: string,
  ports: {readonly http: number; readonly https: number},
  signal: AbortSignal,
): ((ingress: Cached<Ingress>) => Promise<void>) => {
  const status: IngressStatus = {
    loadBalancer: {
      ingress: [
        {
          ip: address,
          ports: [
            {port: ports.http, protocol: 'TCP'},
            {port: ports.https, protocol: 'TCP'},
          ],
        },
      ],
    },
  }
  const wanted = JSON.stringify(status.loadBalancer)
  return async ({metadata: {name, namespace}, status: current}) => {
    if (JSON.stringify(current?.loadBalancer) === wanted) return
    await client
      .patch(ingresses, {namespace, name}, {type: 'merge', body: {status}}, {subresource: 'status', signal})
      .catch(unlessReason('NotFound', 'Conflict'))
  }
}
