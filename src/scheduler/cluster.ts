// The scheduler's picture of the cluster: nodes, what is placed (or assumed to be placed) on them, and who is nominated
// to come. Kept up to date change by change; a scheduling cycle reads it without waiting, so it needs no snapshot.
import type {DeepReadonly} from '../api/object.ts'
import type {Selector} from '../api/scheduling/selector.ts'
import type {Node} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'
import {NodeInfo} from './node-info.ts'
import type {PodInfo} from './pod-info.ts'
import {HeldTerms, MatchCounts, type Place} from './topology.ts'
import type {Volumes} from './volumes.ts'

const ZONE = 'topology.kubernetes.io/zone'
const REGION = 'topology.kubernetes.io/region'
/** What a required affinity of a placed pod weighs when others are scored. */
const HARD_AFFINITY_WEIGHT = 1

export interface ClusterSources {
  readonly namespaceLabels: (namespace: string) => DeepReadonly<{[key: string]: string}> | undefined
  /** What selects the pods that belong together with this one: its owner and its services. */
  readonly siblings: (pod: PodInfo) => Selector | undefined
  readonly volumes: Volumes
}

export class Cluster {
  readonly sources: ClusterSources
  readonly matches = new MatchCounts(() => this.#placed())
  /** Required anti-affinity of placed pods. */
  readonly repelling = new HeldTerms()
  /** Preferences of placed pods: positive attracts, negative repels. */
  readonly preferring = new HeldTerms()
  readonly #byName = new Map<string, NodeInfo>()
  readonly #nodeOfPod = new Map<string, NodeInfo>()
  readonly #nominated = new Map<string, Map<string, PodInfo>>()
  readonly #claimUsers = new Map<string, number>()
  #ordered: readonly NodeInfo[] | undefined
  #softTaints = 0
  #withImages = 0

  constructor(sources: ClusterSources) {
    this.sources = sources
  }

  /** Every node there is, those of different zones taking turns. */
  get nodes(): readonly NodeInfo[] {
    this.#ordered ??= takingTurns([...this.#byName.values()].filter(({node}) => node !== undefined))
    return this.#ordered
  }

  get hasSoftTaints(): boolean {
    return this.#softTaints > 0
  }

  get hasImages(): boolean {
    return this.#withImages > 0
  }

  node(name: string): NodeInfo | undefined {
    const info = this.#byName.get(name)
    return info?.node ? info : undefined
  }

  /** Where the pod is, or is assumed to go. */
  placeOf(uid: string): NodeInfo | undefined {
    return this.#nodeOfPod.get(uid)
  }

  setNode(node: Cached<Node>): void {
    const info = this.#info(node.metadata.name)
    const moves = !info.node || !sameLabels(info.labels, node.metadata.labels)
    if (moves) for (const pod of info.pods.values()) this.#count(pod, info, -1)
    if (moves) this.#ordered = undefined
    this.#tally(info, -1)
    info.setNode(node)
    this.#tally(info, 1)
    if (moves) for (const pod of info.pods.values()) this.#count(pod, info, 1)
  }

  removeNode(name: string): void {
    const info = this.#byName.get(name)
    if (!info?.node) return
    for (const pod of info.pods.values()) this.#count(pod, info, -1)
    this.#tally(info, -1)
    info.setNode(undefined)
    this.#ordered = undefined
    this.#nominated.delete(name)
    if (info.pods.size === 0) this.#byName.delete(name)
  }

  /** Puts the pod on the node, wherever it was before. */
  place(pod: PodInfo, nodeName: string): void {
    this.displace(pod.uid)
    const info = this.#info(nodeName)
    info.add(pod)
    this.#nodeOfPod.set(pod.uid, info)
    for (const claim of pod.claims) this.#countClaim(`${pod.namespace}/${claim}`, 1)
    if (info.node) this.#count(pod, info, 1)
  }

  displace(uid: string): PodInfo | undefined {
    const info = this.#nodeOfPod.get(uid)
    const pod = info?.remove(uid)
    if (!info || !pod) return undefined
    this.#nodeOfPod.delete(uid)
    for (const claim of pod.claims) this.#countClaim(`${pod.namespace}/${claim}`, -1)
    if (info.node) this.#count(pod, info, -1)
    else if (info.pods.size === 0) this.#byName.delete(info.name)
    return pod
  }

  /** How many placed pods use the claim. */
  claimUsers(namespace: string, claim: string): number {
    return this.#claimUsers.get(`${namespace}/${claim}`) ?? 0
  }

  nominate(pod: PodInfo, nodeName: string): void {
    this.withdraw(pod.uid)
    const there = this.#nominated.get(nodeName) ?? new Map<string, PodInfo>()
    there.set(pod.uid, pod)
    this.#nominated.set(nodeName, there)
  }

  withdraw(uid: string): void {
    for (const [node, pods] of this.#nominated) if (pods.delete(uid) && pods.size === 0) this.#nominated.delete(node)
  }

  nominatedTo(nodeName: string): Iterable<PodInfo> {
    return this.#nominated.get(nodeName)?.values() ?? []
  }

  get hasNominated(): boolean {
    return this.#nominated.size > 0
  }

  *#placed(): Iterable<readonly [PodInfo, Place]> {
    for (const info of this.#byName.values())
      if (info.node) for (const pod of info.pods.values()) yield [pod, info] as const
  }

  #info(name: string): NodeInfo {
    let info = this.#byName.get(name)
    if (!info) {
      info = new NodeInfo(name)
      this.#byName.set(name, info)
    }
    return info
  }

  #count(pod: PodInfo, place: Place, by: 1 | -1): void {
    this.matches.change(pod, place, by)
    for (const term of pod.antiAffinity.required) this.repelling.change(term, place, by)
    for (const {term, weight} of pod.antiAffinity.preferred) this.preferring.change(term, place, -by * weight)
    for (const {term, weight} of pod.affinity.preferred) this.preferring.change(term, place, by * weight)
    for (const term of pod.affinity.required) this.preferring.change(term, place, by * HARD_AFFINITY_WEIGHT)
  }

  #countClaim(key: string, by: 1 | -1): void {
    const users = (this.#claimUsers.get(key) ?? 0) + by
    if (users > 0) this.#claimUsers.set(key, users)
    else this.#claimUsers.delete(key)
  }

  #tally(info: NodeInfo, by: 1 | -1): void {
    if (info.taints.some(({effect}) => effect === 'PreferNoSchedule')) this.#softTaints += by
    if (info.images.size > 0) this.#withImages += by
  }
}

const sameLabels = (left: NodeInfo['labels'], right: NodeInfo['labels']): boolean => {
  if (left === right) return true
  const keys = Object.keys(left ?? {})
  return keys.length === Object.keys(right ?? {}).length && keys.every((key) => left?.[key] === right?.[key])
}

const zoneOf = ({labels}: NodeInfo): string => `${labels?.[REGION] ?? ''}|${labels?.[ZONE] ?? ''}`

const takingTurns = (nodes: readonly NodeInfo[]): NodeInfo[] => {
  const zones = [...Map.groupBy(nodes, zoneOf).values()]
  if (zones.length < 2) return [...nodes]
  const longest = Math.max(...zones.map((zone) => zone.length))
  return Array.from({length: longest}, (_, turn) => zones.flatMap((zone) => zone[turn] ?? [])).flat()
}
