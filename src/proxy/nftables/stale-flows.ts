// The kernel remembers where the datagrams of a client went and goes on sending them there, also when that backend is
// gone, for as long as the client keeps talking. Without a program that deletes such memories, a flow found going to a
// backend that left is moved to another conntrack zone: for the kernel that is a new flow, and it gets a new backend.
// One datagram is lost. The zone changes whenever a backend leaves, so that a flow can be moved again.
import type {ServicePort} from '../../api/service-ports.ts'
import type {TableBuilder} from './ruleset.ts'
import {allBackends, oneOf} from './service-chains.ts'

const MOST_FLOWS = 16_384

export const declareUdpSets = (table: TableBuilder): void => {
  const {addressType} = table
  table.set('udp-addresses', `type ${addressType};`)
  table.set('udp-node-ports', 'type inet_service;')
  table.set('udp-backends', `type ${addressType} . inet_service;`)
}

/** `ranges`: of cluster IPs and load balancer addresses; their flows are ours also when the service is gone. */
export const addStaleFlowRules = (table: TableBuilder, ranges: readonly string[], zone: number): void => {
  const {addressType, family} = table
  table.set(
    'stale-flows',
    `type ${addressType} . inet_service . ${addressType}; flags dynamic,timeout; timeout 1h; size ${MOST_FLOWS};`,
  )
  for (const hook of ['prerouting', 'output'])
    table.hook(`zones-${hook}`, `filter hook ${hook} priority raw`, [
      `meta l4proto udp ${family} saddr . udp sport . ${family} daddr @stale-flows ct original zone set ${zone}`,
    ])
  const stale = (ofUs: string): string =>
    `meta l4proto udp ct status dnat ct direction original ${ofUs} ${family} daddr . udp dport != @udp-backends ` +
    `update @stale-flows { ${family} saddr . udp sport . ct original ${family} daddr } drop`
  for (const hook of ['forward', 'input', 'output'])
    table.hook(`stale-${hook}`, `filter hook ${hook} priority filter - 5`, [
      stale(`ct original ${family} daddr ${oneOf(ranges)}`),
      stale(`ct original ${family} daddr @udp-addresses`),
      stale('ct original proto-dst @udp-node-ports'),
    ])
}

export const noteUdpPort = (table: TableBuilder, port: ServicePort): void => {
  for (const address of port.externalIps) table.add('udp-addresses', address)
  if (port.nodePort !== undefined) table.add('udp-node-ports', String(port.nodePort))
  for (const {address, port: number} of allBackends(port)) table.add('udp-backends', `${address} . ${number}`)
}
