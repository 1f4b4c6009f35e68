// NetworkPolicies with every selector resolved to addresses: what the kernel's rules and the userspace proxy both work from.
// Pure.
import {labelSelector} from '../../api/meta/label-selector.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {Namespace, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod} from '../../api/schema/types.gen.ts'
import type {Protocol} from '../../api/service-ports.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {blockRanges, merged, type Range} from './ranges.ts'

export type Direction = 'ingress' | 'egress'

/** Who may be at the other end; undefined: anybody. */
export interface Peers {
  readonly addresses: ReadonlySet<string>
  readonly ranges: readonly Range[]
}

export type PortMatch =
  | {readonly protocol: Protocol; readonly first: number; readonly last: number}
  /** A named port is a number of each pod's own: which, by the address of the pod that is connected to. */
  | {readonly protocol: Protocol; readonly byAddress: ReadonlyMap<string, readonly number[]>}

export interface PolicyRule {
  readonly peers: Peers | undefined
  /** Undefined: every port, and protocols without any. */
  readonly ports: readonly PortMatch[] | undefined
}

export interface ResolvedPolicy {
  /** `namespace/name`. */
  readonly key: string
  /** Addresses of the pods it is about. */
  readonly selected: readonly string[]
  /** Absent: the policy says nothing about this direction. */
  readonly ingress: readonly PolicyRule[] | undefined
  readonly egress: readonly PolicyRule[] | undefined
}

export interface PolicyWorld {
  readonly policies: readonly Cached<NetworkPolicy>[]
  readonly pods: readonly Cached<Pod>[]
  readonly namespaces: readonly Cached<Namespace>[]
}

interface PolicyPod {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly addresses: readonly string[]
  readonly pod: Cached<Pod>
}

type Peer = DeepReadonly<NetworkPolicyPeer>
type Port = DeepReadonly<NetworkPolicyPort>

/** Pods with the machine's address cannot be told from it, and those that ended have given theirs back. */
const policyPod = (pod: Cached<Pod>): PolicyPod[] => {
  const {spec, status, metadata} = pod
  if (spec?.hostNetwork || status?.phase === 'Succeeded' || status?.phase === 'Failed') return []
  const addresses = status?.podIPs?.map(({ip}) => ip) ?? (status?.podIP ? [status.podIP] : [])
  if (addresses.length === 0) return []
  return [{namespace: metadata.namespace ?? '', labels: metadata.labels, addresses, pod}]
}

class Pods {
  readonly all: readonly PolicyPod[]
  readonly #byNamespace: ReadonlyMap<string, readonly PolicyPod[]>
  readonly #namespaces: readonly Cached<Namespace>[]

  constructor({namespaces, pods}: PolicyWorld) {
    this.all = pods.flatMap(policyPod)
    this.#byNamespace = Map.groupBy(this.all, ({namespace}) => namespace)
    this.#namespaces = namespaces
  }

  in(namespace: string): readonly PolicyPod[] {
    return this.#byNamespace.get(namespace) ?? []
  }

  /** Of a peer without an address block: its namespaces (absent: the policy's own), and in them its pods (absent: all). */
  meant({namespaceSelector, podSelector}: Peer, ownNamespace: string): PolicyPod[] {
    const isMeant = labelSelector(namespaceSelector)
    const names = namespaceSelector
      ? this.#namespaces.filter(({metadata}) => isMeant(metadata.labels)).map(({metadata}) => metadata.name)
      : [ownNamespace]
    const isPod = podSelector ? labelSelector(podSelector) : () => true
    return names.flatMap((name) => this.in(name).filter(({labels}) => isPod(labels)))
  }
}

const peersOf = (peers: readonly Peer[] | undefined, namespace: string, pods: Pods): PolicyRule['peers'] => {
  if (!peers || peers.length === 0) return undefined
  const blocks = peers.flatMap(({ipBlock}) => (ipBlock ? blockRanges(ipBlock.cidr, ipBlock.except ?? []) : []))
  const meant = peers.filter(({ipBlock}) => !ipBlock).flatMap((peer) => pods.meant(peer, namespace))
  return {addresses: new Set(meant.flatMap(({addresses}) => addresses)), ranges: merged(blocks)}
}

const numbersOf = ({pod}: PolicyPod, name: string, protocol: Protocol): number[] =>
  [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].flatMap(({ports = []}) =>
    ports
      .filter((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)
      .map(({containerPort}) => containerPort),
  )

const portMatch = ({endPort, port, protocol = 'TCP'}: Port, servers: readonly PolicyPod[]): PortMatch => {
  const isFor = protocol as Protocol
  if (port === undefined) return {protocol: isFor, first: 0, last: 65_535}
  if (typeof port === 'number') return {protocol: isFor, first: port, last: endPort ?? port}
  const byAddress = new Map<string, readonly number[]>()
  for (const pod of servers) {
    const numbers = numbersOf(pod, port, isFor)
    if (numbers.length > 0) for (const address of pod.addresses) byAddress.set(address, numbers)
  }
  return {protocol: isFor, byAddress}
}

const portsOf = (ports: readonly Port[] | undefined, servers: readonly PolicyPod[]): PolicyRule['ports'] =>
  ports && ports.length > 0 ? ports.map((port) => portMatch(port, servers)) : undefined

const resolve = (policy: Cached<NetworkPolicy>, pods: Pods): ResolvedPolicy => {
  const {namespace = '', name} = policy.metadata
  const {egress = [], ingress = [], podSelector, policyTypes} = policy.spec ?? {}
  const types = policyTypes ?? (egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'])
  const isSelected = labelSelector(podSelector ?? {})
  const selected = pods.in(namespace).filter(({labels}) => isSelected(labels))
  return {
    key: `${namespace}/${name}`,
    selected: selected.flatMap(({addresses}) => addresses),
    ingress: types.includes('Ingress')
      ? ingress.map(({from, ports}) => ({peers: peersOf(from, namespace, pods), ports: portsOf(ports, selected)}))
      : undefined,
    egress: types.includes('Egress')
      ? egress.map(({ports, to}) => ({peers: peersOf(to, namespace, pods), ports: portsOf(ports, pods.all)}))
      : undefined,
  }
}

export const resolvePolicies = (world: PolicyWorld): ResolvedPolicy[] => {
  if (world.policies.length === 0) return []
  const pods = new Pods(world)
  return world.policies.map((policy) => resolve(policy, pods)).sort((a, b) => (a.key < b.key ? -1 : 1))
}
