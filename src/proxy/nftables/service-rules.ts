// All services as one table: the hooks, the maps from addresses and ports to chains, and what holds for every service. Pure.

import {cidrContains, parseCidr} from '../../api/meta/ip.ts'
import type {ServicePort} from '../../api/service-ports.ts'
import {
  declareBackends,
  isPlainInside,
  isPlainOutside,
  plainInside,
  plainNodePort,
  plainOutside,
} from './plain-services.ts'
import {type Family, type Table, TableBuilder} from './ruleset.ts'
import {
  allBackends,
  chainSuffix,
  insideChain,
  MASQUERADE_MARK,
  oneOf,
  outsideChain,
  type Sources,
} from './service-chains.ts'
import {addStaleFlowRules, declareUdpSets, noteUdpPort} from './stale-flows.ts'

export interface ServiceSurroundings extends Sources {
  /** Where cluster IPs come from: what nobody serves there is refused. */
  readonly serviceRanges: readonly string[]
  /** Where load balancer addresses come from. With the service ranges: no node ports on these. */
  readonly balancerRanges: readonly string[]
  /** Cluster IPs that somebody else answers for. */
  readonly servedElsewhere: readonly string[]
  /** Where datagrams of flows go whose backend left: another one after each that leaves. */
  readonly udpZone: number
  /** This machine's own addresses. */
  readonly nodeAddresses: readonly string[]
}

const entrance = (address: string, {port, protocol}: ServicePort): string =>
  `${address} . ${protocol.toLowerCase()} . ${port}`

const nodeEntrance = ({nodePort, protocol}: ServicePort): string => `${protocol.toLowerCase()} . ${nodePort}`

/** What is filled by each service port. */
const declareSets = (table: TableBuilder): void => {
  const {addressType} = table
  table.map('entrances', `type ${addressType} . inet_proto . inet_service : verdict;`)
  table.map('node-entrances', 'type inet_proto . inet_service : verdict;')
  table.map('empty', `type ${addressType} . inet_proto . inet_service : verdict;`)
  table.map('node-empty', 'type inet_proto . inet_service : verdict;')
  table.map('guarded', `type ${addressType} . inet_proto . inet_service : verdict;`)
  table.set('hairpins', `type ${addressType} . ${addressType};`)
  declareBackends(table)
  declareUdpSets(table)
}

/** Rules that hold whatever services there are. */
const addHooks = (table: TableBuilder, {balancerRanges, pods, serviceRanges}: ServiceSurroundings): void => {
  const {addressType, family} = table
  const byAddress = `${family} daddr . meta l4proto . th dport`
  declareSets(table)
  table.set('served-elsewhere', `type ${addressType};`)
  // Answers to ::1 cannot come back from elsewhere; for 127.0.0.0/8 the kernel can be told (route_localnet).
  const virtual = [...serviceRanges, ...balancerRanges, ...(family === 'ip6' ? ['::1'] : [])]
  const toNode = `${family} daddr != ${oneOf(virtual)} fib daddr type local meta l4proto . th dport`

  table.chain('services', [`${byAddress} vmap @entrances`, `${toNode} vmap @node-entrances`])
  for (const hook of ['prerouting', 'output']) {
    table.hook(`guard-${hook}`, `filter hook ${hook} priority -110`, [`ct state new ${byAddress} vmap @guarded`])
    table.hook(`nat-${hook}`, `nat hook ${hook} priority -100`, ['jump services'])
  }
  table.hook('nat-postrouting', 'nat hook postrouting priority srcnat', [
    `${family} saddr . ${family} daddr @hairpins masquerade fully-random`,
    `meta mark & ${MASQUERADE_MARK} == ${MASQUERADE_MARK} meta mark set meta mark xor ${MASQUERADE_MARK} masquerade fully-random`,
  ])
  // The kernel sends only so many ICMP messages a second; resets it always sends.
  table.chain('refuse', ['meta l4proto tcp reject with tcp reset', 'reject'])
  const refuse = [`ct state new ${byAddress} vmap @empty`, `ct state new ${toNode} vmap @node-empty`]
  table.hook('empty-forward', 'filter hook forward priority filter', [
    ...refuse,
    // What conntrack cannot place is not translated: passed on, it would make the other end reset the connection.
    ...(pods.length > 0 ? [`${family} saddr ${oneOf(pods)} ct state invalid drop`] : []),
  ])
  table.hook('empty-output', 'filter hook output priority filter', refuse)
  table.hook('empty-input', 'filter hook input priority filter', [
    ...refuse,
    // What listens on this machine's every address is no service.
    `ct state new ${family} daddr ${oneOf(serviceRanges)} ${family} daddr != @served-elsewhere goto refuse`,
    // Pods may reach what listens on loopback only through a service.
    ...(family === 'ip' ? ['ip daddr 127.0.0.0/8 iifname != "lo" ct status & dnat != dnat drop'] : []),
  ])
}

const isNode = (range: string, nodeAddresses: readonly string[]): boolean => {
  const cidr = parseCidr(range)
  return cidr !== undefined && nodeAddresses.some((address) => cidrContains(cidr, address))
}

/** Load balancer addresses that not everybody may use. */
const addGuard = (table: TableBuilder, port: ServicePort, {nodeAddresses}: ServiceSurroundings): void => {
  if (port.sourceRanges.length === 0) return
  const name = `guard/${chainSuffix(port)}`
  table.chain(name, [
    ...port.sourceRanges.map((range) => `${table.family} saddr ${range} return`),
    // This machine may ask with any of its addresses.
    ...(port.sourceRanges.some((range) => isNode(range, nodeAddresses)) ? ['fib saddr type local return'] : []),
    'drop',
  ])
  for (const address of port.balancerIps) table.add('guarded', entrance(address, port), `goto ${name}`)
}

const addInside = (table: TableBuilder, port: ServicePort, surroundings: ServiceSurroundings): void => {
  for (const address of port.clusterIps) {
    const chain = isPlainInside(port)
      ? plainInside(table, port, address, surroundings.pods)
      : insideChain(table, port, surroundings)
    table.add('entrances', entrance(address, port), `goto ${chain}`)
  }
}

const addOutside = (
  table: TableBuilder,
  port: ServicePort,
  surroundings: ServiceSurroundings,
  addresses: readonly string[],
): void => {
  const isPlain = isPlainOutside(port)
  for (const address of addresses) {
    const chain = isPlain ? plainOutside(table, port, address) : outsideChain(table, port, surroundings)
    table.add('entrances', entrance(address, port), `goto ${chain}`)
  }
  if (port.nodePort === undefined) return
  const chain = isPlain ? plainNodePort(table, port, port.nodePort) : outsideChain(table, port, surroundings)
  table.add('node-entrances', nodeEntrance(port), `goto ${chain}`)
}

const addPort = (table: TableBuilder, port: ServicePort, surroundings: ServiceSurroundings): void => {
  declareSets(table)
  const outside = [...port.externalIps, ...port.balancerIps]
  if (port.protocol === 'UDP') noteUdpPort(table, port)
  if (allBackends(port).length === 0) {
    for (const address of [...port.clusterIps, ...outside]) table.add('empty', entrance(address, port), 'goto refuse')
    if (port.nodePort !== undefined) table.add('node-empty', nodeEntrance(port), 'goto refuse')
    return
  }
  addInside(table, port, surroundings)
  addOutside(table, port, surroundings, outside)
  for (const {address} of allBackends(port)) table.add('hairpins', `${address} . ${address}`)
  addGuard(table, port, surroundings)
}

const rulesOf = (family: Family, port: ServicePort, surroundings: ServiceSurroundings): Table => {
  const part = new TableBuilder(family, '')
  addPort(part, port, surroundings)
  return part
}

const familyOf = (address: string): Family => (address.includes(':') ? 'ip6' : 'ip')

const ofFamily = (table: TableBuilder, addresses: readonly string[]): string[] =>
  addresses.filter((address) => familyOf(address) === table.family)

const forFamily = (table: TableBuilder, surroundings: ServiceSurroundings): ServiceSurroundings => ({
  pods: ofFamily(table, surroundings.pods),
  ofNode: new Map([...surroundings.ofNode].map(([node, ranges]) => [node, ofFamily(table, ranges)])),
  serviceRanges: ofFamily(table, surroundings.serviceRanges),
  balancerRanges: ofFamily(table, surroundings.balancerRanges),
  servedElsewhere: ofFamily(table, surroundings.servedElsewhere),
  udpZone: surroundings.udpZone,
  nodeAddresses: ofFamily(table, surroundings.nodeAddresses),
})

/** What one service port needs, by the port: it is the same object until something about it changes. */
export type PortRules = WeakMap<ServicePort, Table>

/** `known` saves the work for ports that did not change; it holds for the same surroundings only. */
export const addServices = (
  table: TableBuilder,
  ports: Iterable<ServicePort>,
  surroundings: ServiceSurroundings,
  known: PortRules = new WeakMap(),
): void => {
  const own = forFamily(table, surroundings)
  addHooks(table, own)
  addStaleFlowRules(table, [...own.serviceRanges, ...own.balancerRanges], own.udpZone)
  for (const address of own.servedElsewhere) table.add('served-elsewhere', address)
  for (const port of ports) {
    if (!port.clusterIps.some((ip) => familyOf(ip) === table.family)) continue
    let rules = known.get(port)
    if (!rules) known.set(port, (rules = rulesOf(table.family, port, own)))
    table.include(rules)
  }
}
