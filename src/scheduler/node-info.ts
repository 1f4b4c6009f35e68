// A node as the scheduler sees it: what it has, and everything placed on it, kept up to date by addition.
import type {DeepReadonly} from '../api/object.ts'
import {unitsOf} from '../api/scheduling/amount.ts'
import type {Labels} from '../api/scheduling/selector.ts'
import type {Node, Taint} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'
import type {HostPort, PodInfo} from './pod-info.ts'
import {type Amounts, addAmounts, amountsOf, noAmounts} from './resources.ts'

const noTaints: readonly DeepReadonly<Taint>[] = []
const ANY = '0.0.0.0'

export class NodeInfo {
  readonly name: string
  /** Absent while only pods that name it are known. */
  node: Cached<Node> | undefined
  labels: Labels
  taints = noTaints
  unschedulable = false
  allocatable: Amounts = noAmounts()
  allowedPods = 0
  readonly requested: Amounts = noAmounts()
  readonly nonZeroRequested: Amounts = noAmounts()
  readonly pods = new Map<string, PodInfo>()
  /** Size of each image that is there, by every name it has. */
  images: ReadonlyMap<string, number> = new Map()
  /** Host ports in use: `TCP/80` to the addresses they are taken on, with how often. */
  readonly #ports = new Map<string, Map<string, number>>()

  constructor(name: string) {
    this.name = name
  }

  setNode(node: Cached<Node> | undefined): void {
    this.node = node
    this.labels = node?.metadata.labels
    this.taints = node?.spec?.taints ?? noTaints
    this.unschedulable = node?.spec?.unschedulable ?? false
    this.allocatable = amountsOf(node?.status?.allocatable)
    this.allowedPods = unitsOf(node?.status?.allocatable?.pods ?? '0')
    this.images = new Map(
      (node?.status?.images ?? []).flatMap(({names, sizeBytes}) =>
        (names ?? []).map((name) => [name, sizeBytes ?? 0] as const),
      ),
    )
  }

  add(pod: PodInfo): void {
    if (this.pods.has(pod.uid)) this.remove(pod.uid)
    this.pods.set(pod.uid, pod)
    addAmounts(this.requested, pod.requests)
    addAmounts(this.nonZeroRequested, pod.nonZeroRequests)
    for (const port of pod.ports) this.#count(port, 1)
  }

  remove(uid: string): PodInfo | undefined {
    const pod = this.pods.get(uid)
    if (!pod) return undefined
    this.pods.delete(uid)
    addAmounts(this.requested, pod.requests, -1)
    addAmounts(this.nonZeroRequested, pod.nonZeroRequests, -1)
    for (const port of pod.ports) this.#count(port, -1)
    return pod
  }

  /** Taken on the same address, or either of the two means all addresses. */
  isPortTaken({ip, protocol, port}: HostPort): boolean {
    const addresses = this.#ports.get(`${protocol}/${port}`)
    if (!addresses || addresses.size === 0) return false
    return ip === ANY || addresses.has(ANY) || addresses.has(ip)
  }

  #count({ip, protocol, port}: HostPort, by: 1 | -1): void {
    const key = `${protocol}/${port}`
    const addresses = this.#ports.get(key) ?? new Map<string, number>()
    const count = (addresses.get(ip) ?? 0) + by
    if (count > 0) addresses.set(ip, count)
    else addresses.delete(ip)
    this.#ports.set(key, addresses)
  }
}
