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
  /** The external policy holds for these, the load balancer's addresses and the node port. */
  readonly externalIps: readonly string[]
  readonly balancerIps: readonly string[]
  /** Who may use the load balancer's addresses; empty: everybody. */
  readonly sourceRanges: readonly string[]
  readonly nodePort: number | undefined
  /** 0: no affinity. */
  readonly affinitySeconds: number
  /** Wherever they are; nearer ones alone where hints say so. */
  readonly clusterBackends: readonly Backend[]
  readonly internalBackends: readonly Backend[]
  readonly externalBackends: readonly Backend[]
  /** What pods of other nodes of this machine get instead of `internalBackends`, where it differs. */
  readonly elsewhere: readonly NodeBackends[]
  /** Local: nodes without a backend do not answer. */
  readonly internalLocal: boolean
  /** Local: who asks keeps its address, and machines without a backend do not answer. */
  readonly externalLocal: boolean
  readonly healthCheckNodePort: number | undefined
}

export interface NodeBackends {
  readonly nodeName: string
  readonly backends: readonly Backend[]
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
  /** More nodes on this machine, when it is a machine that asks: what comes from outside is local to all of them. */
  readonly others?: readonly Place[]
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

const sorted = (chosen: readonly Candidate[]): Backend[] =>
  chosen.map(bare).sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : a.port - b.port))

const localTo = (all: readonly Candidate[], nodeNames: readonly string[]): Backend[] =>
  sorted(usable(all.filter(({nodeName}) => nodeName !== undefined && nodeNames.includes(nodeName))))

const internalFor = (all: readonly Candidate[], local: boolean, place: Place): Backend[] =>
  local ? localTo(all, [place.nodeName]) : sorted(hinted(usable(all), place))

const isSame = (a: readonly Backend[], b: readonly Backend[]): boolean => JSON.stringify(a) === JSON.stringify(b)

type CachedPort = NonNullable<NonNullable<Cached<Service>['spec']>['ports']>[number]

const candidatesOf = (port: CachedPort, slices: readonly Cached<EndpointSlice>[], family: string): Candidate[] => {
  const seen = new Map<string, Candidate>()
  for (const slice of slices) {
    if (slice.addressType !== family || isForOthers(slice)) continue
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

/** Proxies of other kinds look after these. */
const isForOthers = ({metadata}: Cached<Service> | Cached<EndpointSlice>): boolean =>
  Boolean(metadata.labels?.['service.kubernetes.io/service-proxy-name']) ||
  metadata.labels?.['service.kubernetes.io/headless'] !== undefined

/** An address of a load balancer with ipMode Proxy is served elsewhere. */
const balancerIpsOf = (service: Cached<Service>): string[] =>
  (service.status?.loadBalancer?.ingress ?? []).flatMap(({ip, ipMode}) => (ip && ipMode !== 'Proxy' ? [ip] : []))

const familyOf = (address: string): 'IPv4' | 'IPv6' => (address.includes(':') ? 'IPv6' : 'IPv4')

const affinitySecondsOf = ({sessionAffinity, sessionAffinityConfig}: NonNullable<Cached<Service>['spec']>): number =>
  sessionAffinity === 'ClientIP' ? (sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : 0

const backendsOf = (all: readonly Candidate[], {spec}: Cached<Service>, place: Place) => {
  const internalLocal = spec?.internalTrafficPolicy === 'Local'
  const externalLocal = spec?.externalTrafficPolicy === 'Local'
  const others = place.others ?? []
  const clusterBackends = internalFor(all, false, place)
  const internalBackends = internalLocal ? internalFor(all, true, place) : clusterBackends
  return {
    clusterBackends,
    internalBackends,
    externalBackends: externalLocal
      ? localTo(all, [place.nodeName, ...others.map(({nodeName}) => nodeName)])
      : clusterBackends,
    elsewhere: others
      .map((other) => ({nodeName: other.nodeName, backends: internalFor(all, internalLocal, other)}))
      .filter(({backends}) => !isSame(backends, internalBackends)),
    internalLocal,
    externalLocal,
  }
}

export const desiredPorts = (
  service: Cached<Service>,
  slices: readonly Cached<EndpointSlice>[],
  place: Place,
): ServicePort[] => {
  const {spec} = service
  if (!spec || isHeadless(service) || isForOthers(service)) return []
  const {name, namespace} = service.metadata
  const clusterIps = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? '']
  const families = [...new Set(clusterIps.map(familyOf))]
  return families.flatMap((family) => {
    const ofFamily = (addresses: readonly string[] = []): string[] => addresses.filter((ip) => familyOf(ip) === family)
    return (spec.ports ?? []).map((port): ServicePort => {
      const protocol = (port.protocol ?? 'TCP') as Protocol
      return {
        key: `${namespace}/${name}:${port.port}/${protocol}${family === 'IPv6' ? '/6' : ''}`,
        protocol,
        port: port.port,
        clusterIps: ofFamily(clusterIps),
        externalIps: ofFamily(spec.externalIPs),
        balancerIps: ofFamily(balancerIpsOf(service)),
        sourceRanges: ofFamily(spec.loadBalancerSourceRanges).map((range) => range.trim()),
        nodePort: port.nodePort,
        affinitySeconds: affinitySecondsOf(spec),
        ...backendsOf(candidatesOf(port, slices, family), service, place),
        healthCheckNodePort: spec.externalTrafficPolicy === 'Local' ? spec.healthCheckNodePort : undefined,
      }
    })
  })
}
