// Most services are plain: any client may have any backend. They have no chains of their own: all that have the same number
// of backends share one, which draws a number and looks the backend up. A change of such a service is a change of elements,
// and costs the same however many services there are. Pure.
import type {Backend, ServicePort} from '../../api/service-ports.ts'
import type {TableBuilder} from './ruleset.ts'
import {markForMasquerade, markUnlessPod} from './service-chains.ts'

const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const
type Kind = 'inside' | 'outside' | 'node'

const protocolOf = ({protocol}: ServicePort) => PROTOCOLS.find((name) => name.toUpperCase() === protocol) ?? 'tcp'

const mapOf = (port: ServicePort, kind: Kind): string => `${kind === 'node' ? 'node-' : ''}backends-${protocolOf(port)}`

/** A map a protocol: nft looks at ports of different protocols as different things. */
export const declareBackends = (table: TableBuilder): void => {
  const {family} = table
  for (const protocol of PROTOCOLS) {
    const backend = `${family} daddr . ${protocol} dport`
    // The number of a backend is what `numgen` draws: the kernel only has to know what it is like.
    table.map(`backends-${protocol}`, `typeof ${backend} . numgen inc mod 2 : ${backend};`)
    table.map(`node-backends-${protocol}`, `typeof ${protocol} dport . numgen inc mod 2 : ${backend};`)
  }
}

export const isPlainInside = ({affinitySeconds, elsewhere, internalBackends}: ServicePort): boolean =>
  affinitySeconds === 0 && elsewhere.length === 0 && internalBackends.length > 0

export const isPlainOutside = ({affinitySeconds, clusterBackends, externalLocal}: ServicePort): boolean =>
  affinitySeconds === 0 && !externalLocal && clusterBackends.length > 0

/** The chain that all plain ports of a kind with as many backends share. */
const share = (
  table: TableBuilder,
  port: ServicePort,
  {backends, kind, mark}: {readonly kind: Kind; readonly mark: string; readonly backends: readonly Backend[]},
): string => {
  const protocol = protocolOf(port)
  const name = `plain-${kind}/${protocol}/${backends.length}`
  const entrance = `${kind === 'node' ? '' : `${table.family} daddr . `}${protocol} dport`
  const draw = `numgen random mod ${backends.length}`
  table.chain(name, [
    mark,
    `meta l4proto ${protocol} dnat ${table.family} to ${entrance} . ${draw} map @${mapOf(port, kind)}`,
  ])
  return name
}

const addBackends = (table: TableBuilder, map: string, entrance: string, backends: readonly Backend[]): void => {
  for (const [at, {address, port}] of backends.entries()) table.add(map, `${entrance} . ${at}`, `${address} . ${port}`)
}

/** The chain for a cluster IP. */
export const plainInside = (
  table: TableBuilder,
  port: ServicePort,
  address: string,
  pods: readonly string[],
): string => {
  const backends = port.internalBackends
  addBackends(table, mapOf(port, 'inside'), `${address} . ${port.port}`, backends)
  return share(table, port, {kind: 'inside', mark: markUnlessPod(table, pods), backends})
}

/** The chain for an external or load balancer address. */
export const plainOutside = (table: TableBuilder, port: ServicePort, address: string): string => {
  const backends = port.clusterBackends
  addBackends(table, mapOf(port, 'outside'), `${address} . ${port.port}`, backends)
  return share(table, port, {kind: 'outside', mark: markForMasquerade, backends})
}

export const plainNodePort = (table: TableBuilder, port: ServicePort, nodePort: number): string => {
  const backends = port.clusterBackends
  addBackends(table, mapOf(port, 'node'), String(nodePort), backends)
  return share(table, port, {kind: 'node', mark: markForMasquerade, backends})
}
