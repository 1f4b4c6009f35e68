// Cluster DNS: answers for the cluster's names from the caches, forwards the rest to the host's resolvers.
import {once} from 'node:events'
import type {Cidr} from '../api/meta/ip.ts'
import {endpointSlices, namespaces, services} from '../api/resources.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import {HostNames} from './host-names.ts'
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
  /** Of pods and services. */
  readonly ranges?: readonly Cidr[] | undefined
  /** `host.mini.internal` and the like. */
  readonly hosts?: ReadonlyMap<string, readonly string[]> | undefined
  readonly hostsFile?: string | undefined
  readonly resolvConf?: string | undefined
  /** Where the host's resolvers listen; DNS's own port. */
  readonly upstreamPort?: number | undefined
  /** Told the ports once all are open. */
  readonly onListening?: ((ports: readonly number[]) => void) | undefined
}

export const runDns = async (options: DnsOptions): Promise<void> => {
  const {informers, clock, logger, signal, listen, domain = 'cluster.local', ranges = [], onListening} = options
  const sources = {
    services: informers.informer(services),
    slices: informers.informer(endpointSlices),
    namespaces: informers.informer(namespaces),
  }
  await Promise.all(Object.values(sources).map((source) => source.synced(signal)))
  using zone = new Zone({...sources, domain, ranges})
  let forget = (): void => undefined
  const onChange = (): void => forget()
  using hosts = new HostNames({own: options.hosts ?? new Map(), file: options.hostsFile, onChange})
  const file = options.resolvConf ?? '/etc/resolv.conf'
  using upstreams = new Upstreams({file, own: listen.map(({host}) => host), onChange})
  const {upstreamPort} = options
  using resolver = new Resolver({zone, hosts, upstreams: () => upstreams.servers, upstreamPort, clock})
  forget = () => {
    logger.info('the resolvers or names of this machine changed', {upstreams: upstreams.servers})
    resolver.forget()
  }
  await using stack = new AsyncDisposableStack()
  const ports: number[] = []
  for (const address of listen) ports.push(stack.use(await listenDns(address, resolver)).port)
  logger.info('DNS answers', {listen: listen.map(({host}, at) => `${host}:${ports[at]}`), upstreams: upstreams.servers})
  onListening?.(ports)
  if (!signal.aborted) await once(signal, 'abort')
}
