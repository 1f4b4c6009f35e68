// Cluster DNS on the address every pod is told: the tenth of the service range. The Service is there so that tools find it;
// nothing proxies to it, the resolver listens on its address itself.

import {unlessReason} from '../../api/errors.ts'
import {parseCidr} from '../../api/meta/ip.ts'
import {endpointSlices, services} from '../../api/resources.ts'
import type {EndpointSlice, Service} from '../../api/schema/types.gen.ts'
import {runDns} from '../../dns/run.ts'
import {addressInRange} from '../address-in-range.ts'
import {administrator, type Component, type DaemonContext} from '../component.ts'
import type {SettledConfig} from '../config.ts'
import {hostAddresses} from '../host-addresses.ts'

const PORT = 53
/** What kube-proxies leave alone. */
const PROXIED_BY = {'service.kubernetes.io/service-proxy-name': 'mini-dns'}

/** One a family of the cluster's; pods are told the first. */
export const dnsAddresses = ({serviceCidrs}: Pick<SettledConfig, 'serviceCidrs'>): readonly string[] =>
  serviceCidrs.map((range) => addressInRange(range, 10n))

const ports = [
  {name: 'dns', port: PORT, protocol: 'UDP'},
  {name: 'dns-tcp', port: PORT, protocol: 'TCP'},
]

const kubeDns = (addresses: readonly string[]): Service => ({
  metadata: {
    name: 'kube-dns',
    namespace: 'kube-system',
    labels: {
      'k8s-app': 'kube-dns',
      'kubernetes.io/cluster-service': 'true',
      'kubernetes.io/name': 'CoreDNS',
      ...PROXIED_BY,
    },
  },
  spec: {
    clusterIP: addresses[0],
    clusterIPs: [...addresses],
    ipFamilyPolicy: addresses.length > 1 ? 'RequireDualStack' : 'SingleStack',
    ports: ports.map((port) => ({...port, targetPort: PORT})),
  },
})

const slice = (address: string, at: number): EndpointSlice => ({
  metadata: {
    name: at === 0 ? 'kube-dns' : `kube-dns-${at + 1}`,
    namespace: 'kube-system',
    labels: {'kubernetes.io/service-name': 'kube-dns'},
  },
  addressType: address.includes(':') ? 'IPv6' : 'IPv4',
  endpoints: [{addresses: [address], conditions: {ready: true}}],
  ports,
})

const register = async (
  {clientOf}: DaemonContext,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const client = clientOf(administrator, 'minid')
  const known = await client
    .get(services, {namespace: 'kube-system', name: 'kube-dns'}, {signal})
    .catch(unlessReason('NotFound'))
  if (known) return
  await client.create(services, kubeDns(addresses), {signal}).catch(unlessReason('AlreadyExists'))
  for (const wanted of addresses.map(slice))
    await client.create(endpointSlices, wanted, {signal}).catch(unlessReason('AlreadyExists'))
}

export const dns: Component = {
  name: 'dns',
  usesAddons: true,
  // Simulated pods ask nobody; the address and the port are root's to take.
  wanted: ({addons, runtime}) => addons.includes('dns') && runtime !== 'simulated' && process.getuid?.() === 0,
  async run(context, signal) {
    const {informers, clock, logger, config} = context
    const addresses = dnsAddresses(config)
    const ranges = [...config.serviceCidrs, ...config.podCidrs].flatMap((range) => parseCidr(range) ?? [])
    await register(context, addresses, signal)
    await runDns({
      informers,
      clock,
      logger,
      signal,
      listen: addresses.map((host) => ({host, port: PORT})),
      ranges,
      hosts: new Map([['host.mini.internal', hostAddresses(config)]]),
      hostsFile: '/etc/hosts',
    })
  },
}
