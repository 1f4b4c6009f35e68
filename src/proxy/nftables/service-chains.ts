// A service port that is not plain, as chains of its own: who comes in where, and which backend gets the connection. Pure.
//   inside/SERVICE    cluster IPs
//   outside/SERVICE   node port, external and load balancer addresses
//   any/SERVICE       all backends, wherever they are
//   to/SERVICE/...    one backend, remembered for its clients (session affinity only)
import {createHash} from 'node:crypto'
import type {Backend, ServicePort} from '../../api/service-ports.ts'
import {safeName, type TableBuilder} from './ruleset.ts'

/** Packets that carry it leave with this machine's address. The bit that other proxies use for the same. */
export const MASQUERADE_MARK = '0x4000'
export const markForMasquerade = `meta mark set meta mark or ${MASQUERADE_MARK}`

const LONGEST_NAME = 120
/** The kernel makes room for all of them at once. */
const MOST_CLIENTS = 8192

export interface Sources {
  /** Addresses of all pods. */
  readonly pods: readonly string[]
  /** Addresses of the pods of one node. */
  readonly ofNode: ReadonlyMap<string, readonly string[]>
}

/** `shop/web/80/TCP`, the same for as long as the key is. */
export const chainSuffix = ({key}: ServicePort): string => {
  const name = safeName(key.replace(':', '/'))
  if (name.length <= LONGEST_NAME) return name
  return `${name.slice(0, LONGEST_NAME - 17)}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
}

/** Also those that only some ways lead to: local ones that end, while others elsewhere are ready. */
export const allBackends = (port: ServicePort): Backend[] => [
  ...port.clusterBackends,
  ...port.internalBackends,
  ...port.externalBackends,
  ...port.elsewhere.flatMap(({backends}) => backends),
]

export const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? String(values[0]) : `{ ${values.join(', ')} }`

const translate = (table: TableBuilder, {protocol}: ServicePort, target: string): string =>
  `meta l4proto ${protocol.toLowerCase()} dnat ${table.family} to ${target}`

const socketOf = ({address, port}: Backend): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

const spread = (backends: readonly Backend[], targets: readonly string[]): string =>
  `numgen random mod ${backends.length} ${targets[0]?.startsWith('goto') ? 'vmap' : 'map'} { ${targets.map((target, at) => `${at} : ${target}`).join(', ')} }`

/** A chain that remembers the client and sends it to one backend. */
const rememberedBackend = (table: TableBuilder, port: ServicePort, backend: Backend) => {
  const name = `${chainSuffix(port)}/${safeName(backend.address)}/${backend.port}`
  const clients = `clients-${port.affinitySeconds}/${name}`
  table.set(
    clients,
    `type ${table.addressType}; size ${MOST_CLIENTS}; flags dynamic,timeout; timeout ${port.affinitySeconds}s;`,
  )
  // Two rules: with too many clients the first fails, and the next one is not remembered.
  table.chain(`to/${name}`, [`update @${clients} { ${table.family} saddr }`, translate(table, port, socketOf(backend))])
  return {clients, chain: `to/${name}`}
}

/** Rules that end with a backend; there must be one. */
const choose = (table: TableBuilder, port: ServicePort, backends: readonly Backend[]): string[] => {
  if (port.affinitySeconds > 0) {
    const remembered = backends.map((backend) => rememberedBackend(table, port, backend))
    return [
      ...remembered.map(({chain, clients}) => `${table.family} saddr @${clients} goto ${chain}`),
      spread(
        backends,
        remembered.map(({chain}) => `goto ${chain}`),
      ),
    ]
  }
  const [only] = backends
  if (only && backends.length === 1) return [translate(table, port, socketOf(only))]
  return [
    translate(
      table,
      port,
      spread(
        backends,
        backends.map(({address, port: number}) => `${address} . ${number}`),
      ),
    ),
  ]
}

const chooseOrDrop = (table: TableBuilder, port: ServicePort, backends: readonly Backend[]): string[] =>
  backends.length > 0 ? choose(table, port, backends) : ['drop']

const comesFromPods = (table: TableBuilder, sources: readonly string[]): string =>
  `${table.family} saddr ${oneOf(sources)}`

const elsewhere = (table: TableBuilder, port: ServicePort, {ofNode}: Sources): string[] =>
  port.elsewhere.flatMap(({nodeName, backends}) => {
    const sources = ofNode.get(nodeName) ?? []
    if (sources.length === 0) return []
    const name = `inside/${chainSuffix(port)}/from/${safeName(nodeName)}`
    table.chain(name, chooseOrDrop(table, port, backends))
    return [`${comesFromPods(table, sources)} goto ${name}`]
  })

/** Pods keep their address; answers to everybody else have to come back through here. */
export const markUnlessPod = ({family}: TableBuilder, pods: readonly string[]): string =>
  pods.length > 0 ? `${family} saddr != ${oneOf(pods)} ${markForMasquerade}` : markForMasquerade

export const insideChain = (table: TableBuilder, port: ServicePort, sources: Sources): string => {
  const name = `inside/${chainSuffix(port)}`
  table.chain(name, [
    markUnlessPod(table, sources.pods),
    ...elsewhere(table, port, sources),
    ...chooseOrDrop(table, port, port.internalBackends),
  ])
  return name
}

export const outsideChain = (table: TableBuilder, port: ServicePort, {pods}: Sources): string => {
  const name = `outside/${chainSuffix(port)}`
  if (!port.externalLocal) {
    table.chain(name, [markForMasquerade, ...chooseOrDrop(table, port, port.clusterBackends)])
    return name
  }
  const any = `any/${chainSuffix(port)}`
  table.chain(any, chooseOrDrop(table, port, port.clusterBackends))
  table.chain(name, [
    // The policy is about the outside: pods and this machine reach every backend.
    ...(pods.length > 0 ? [`${comesFromPods(table, pods)} goto ${any}`] : []),
    `fib saddr type local ${markForMasquerade}`,
    `fib saddr type local goto ${any}`,
    ...chooseOrDrop(table, port, port.externalBackends),
  ])
  return name
}
