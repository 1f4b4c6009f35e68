// What should be reachable, from Services and EndpointSlices: the same for every way of doing it. Pure.

import type {DeepReadonly, KubeObject, Stored} from './object.ts'
import type {EndpointSlice, Service} from './schema/types.gen.ts'

/** As caches hand them out. */
type Cached<T extends KubeObject> = DeepReadonly<Stored<T>>

export type Protocol = 'TCP' | 'UDP' | 'SCTP'

export interface Backend {
  readonly address: string
  readonly port: number
  readonly nodeName: string | undefined
}

/** One port of one service, with all its ways in. */
export interface ServicePort {
  /** `namespace/name:port/PROTOCOL`: stays the same while the service's port does. */
  readonly key: string
  readonly protocol: Protocol
  readonly port: number
  /** Cluster IPs: for pods and the host. */
  readonly clusterIps: readonly string[]
  /** External IPs and load balancer addresses: the external policy holds for these and the node port. */
  readonly externalIps: readonly string[]
  readonly nodePort: number | undefined
  /** 0: no affinity. */
  readonly affinitySeconds: number
  readonly internalBackends: readonly Backend[]
  readonly externalBackends: readonly Backend[]
  /** Local: who asks keeps its address, and nodes without a backend do not answer. */
  readonly externalLocal: boolean
  readonly healthCheckNodePort: number | undefined
}

type CachedEndpoint = NonNullable<Cached<EndpointSlice>['endpoints']>[number]

interface Candidate extends Backend {
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly zones: readonly string[]
  readonly nodes: readonly string[]
}

export interface Place {
  readonly nodeName: string
  readonly zone?: string | undefined
}

const candidates = (endpoint: CachedEndpoint, port: number): Candidate[] => {
  const {ready, serving, terminating} = endpoint.conditions ?? {}
  // One address an endpoint: the others are not used, as the API says.
  return endpoint.addresses.slice(0, 1).map((address) => ({
    address,
    port,
    nodeName: endpoint.nodeName,
    ready: ready !== false,
    serving: serving ?? ready !== false,
    terminating: terminating === true,
    zones: endpoint.hints?.forZones?.map(({name}) => name) ?? [],
    nodes: endpoint.hints?.forNodes?.map(({name}) => name) ?? [],
  }))
}

/** Ready ones; where there are none, those that still serve while they terminate. */
const usable = (all: readonly Candidate[]): readonly Candidate[] => {
  const ready = all.filter((candidate) => candidate.ready)
  return ready.length > 0 ? ready : all.filter(({serving, terminating}) => serving && terminating)
}

/** Those that the hints mean for this place; all of them when not every endpoint has hints or none is meant for here. */
const hinted = (all: readonly Candidate[], {nodeName, zone}: Place): readonly Candidate[] => {
  if (all.length > 0 && all.every(({nodes}) => nodes.length > 0)) {
    const near = all.filter(({nodes}) => nodes.includes(nodeName))
    if (near.length > 0) return near
  }
  if (zone === undefined || !all.every(({zones}) => zones.length > 0)) return all
  const near = all.filter(({zones}) => zones.includes(zone))
  return near.length > 0 ? near : all
}

const bare = ({address, port, nodeName}: Candidate): Backend => ({address, port, nodeName})

const backendsFor = (all: readonly Candidate[], local: boolean, place: Place): Backend[] => {
  const chosen = local ? usable(all.filter(({nodeName}) => nodeName === place.nodeName)) : hinted(usable(all), place)
  return chosen.map(bare).sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port))
}

type CachedPort = NonNullable<NonNullable<Cached<Service>['spec']>['ports']>[number]

const candidatesOf = (port: CachedPort, slices: readonly Cached<EndpointSlice>[], family: string): Candidate[] => {
  const seen = new Map<string, Candidate>()
  for (const slice of slices) {
    if (slice.addressType !== family) continue
    const target = slice.ports?.find((candidate) => (candidate.name ?? '') === (port.name ?? ''))?.port
    if (target === undefined) continue
    for (const endpoint of slice.endpoints ?? [])
      for (const candidate of candidates(endpoint, target)) {
        const known = seen.get(`${candidate.address}:${target}`)
        // The same pod can stand in two slices for a moment: the better news counts.
        if (!known || (candidate.ready && !known.ready)) seen.set(`${candidate.address}:${target}`, candidate)
      }
  }
  return [...seen.values()]
}

const isHeadless = (service: Cached<Service>): boolean =>
  service.spec?.type === 'ExternalName' || !service.spec?.clusterIP || service.spec.clusterIP === 'None'

/** An address of a load balancer with ipMode Proxy is served elsewhere. */
const balancerIps = (service: Cached<Service>): string[] =>
  (service.status?.loadBalancer?.ingress ?? []).flatMap(({ip, ipMode}) => (ip && ipMode !== 'Proxy' ? [ip] : []))

const familyOf = (address: string): 'IPv4' | 'IPv6' => (address.includes(':') ? 'IPv6' : 'IPv4')

export const desiredPorts = (
  service: Cached<Service>,
  slices: readonly Cached<EndpointSlice>[],
  place: Place,
): ServicePort[] => {
  const {spec} = service
  if (!spec || isHeadless(service) || service.metadata.labels?.['service.kubernetes.io/service-proxy-name']) return []
  const {name, namespace} = service.metadata
  const clusterIps = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? '']
  const externalIps = [...(spec.externalIPs ?? []), ...balancerIps(service)]
  const externalLocal = spec.externalTrafficPolicy === 'Local'
  const families = [...new Set(clusterIps.map(familyOf))]
  return families.flatMap((family) =>
    (spec.ports ?? []).map((port): ServicePort => {
      const all = candidatesOf(port, slices, family)
      const protocol = (port.protocol ?? 'TCP') as Protocol
      return {
        key: `${namespace}/${name}:${port.port}/${protocol}${family === 'IPv6' ? '/6' : ''}`,
        protocol,
        port: port.port,
        clusterIps: clusterIps.filter((ip) => familyOf(ip) === family),
        externalIps: externalIps.filter((ip) => familyOf(ip) === family),
        nodePort: port.nodePort,
        affinitySeconds:
          spec.sessionAffinity === 'ClientIP' ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : 0,
        internalBackends: backendsFor(all, spec.internalTrafficPolicy === 'Local', place),
        externalBackends: backendsFor(all, externalLocal, place),
        externalLocal,
        healthCheckNodePort: externalLocal ? spec.healthCheckNodePort : undefined,
      }
    }),
  )
}
