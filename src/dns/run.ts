// Cluster DNS: answers for the cluster's names from the caches, forwards the rest to the host's resolvers.
import {once} from 'node:events'
import {endpointSlices, services} from '../api/resources.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import type {HostNames} from './answer.ts'
import {type DnsAddress, listenDns} from './listen.ts'
import {Resolver} from './resolver.ts'
import {Upstreams} from './upstreams.ts'
import {Zone} from './zone.ts'

export interface DnsOptions {
  readonly informers: InformerSource
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly listen: readonly DnsAddress[]
  readonly domain?: string | undefined
  /** `host.mini.internal` and the like. */
  readonly hosts?: HostNames | undefined
  readonly resolvConf?: string | undefined
  /** Told the ports once all are open. */
  readonly onListening?: ((ports: readonly number[]) => void) | undefined
}

export const runDns = async (options: DnsOptions): Promise<void> => {
  const {informers, clock, logger, signal, listen, domain = 'cluster.local', hosts = new Map(), onListening} = options
  const [service, slices] = [informers.informer(services), informers.informer(endpointSlices)]
  await Promise.all([service.synced(signal), slices.synced(signal)])
  using zone = new Zone(service, slices, domain)
  using upstreams = new Upstreams(
    options.resolvConf ?? '/etc/resolv.conf',
    listen.map(({host}) => host),
  )
  using resolver = new Resolver({zone, hosts, upstreams, clock})
  await using stack = new AsyncDisposableStack()
  const ports: number[] = []
  for (const address of listen) ports.push(stack.use(await listenDns(address, resolver)).port)
  logger.info('DNS answers', {listen: listen.map(({host}, at) => `${host}:${ports[at]}`), upstreams: upstreams.servers})
  onListening?.(ports)
  if (!signal.aborted) await once(signal, 'abort')
}
