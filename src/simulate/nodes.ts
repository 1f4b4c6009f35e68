// The nodes themselves: registered or adopted, kept Ready, their leases renewed one after the other.
import {hasReason, unlessReason} from '../api/errors.ts'
import {leases as leaseResource, nodes as nodeResource} from '../api/resources.ts'
import type {Lease, Node} from '../api/schema/types.gen.ts'
import {Deadlines} from '../lib/deadlines.ts'
import type {Cached, Change} from '../reconcile/contract.ts'
import {nodeAddress, PodAddresses, spareRange} from './addresses.ts'
import {PREFIX} from './behaviour.ts'
import {timestamp} from './container-status.ts'
import {SimulatedKubelet} from './kubelet/connector.ts'
import {capacityOf, isMarked, newNode, nodeStatus} from './node-object.ts'
import type {SimulateOptions} from './options.ts'
import {WorkQueue} from './work-queue.ts'

const WORKERS = 32
const LEASE_NAMESPACE = 'kube-node-lease'
const LEASE_SECONDS = 40
const RENEW_MS = 10_000
/** Up to this many nodes each renews every 10 s; more of them renew less often, but well within the lease. */
const BRISK_NODES = 100
const LONGEST_RENEW_MS = 30_000
const BEAT_MS = 1000
/** A kubelet posts its whole status at least this often. */
const STATUS_MS = 300_000
const RETRY_MS = 1000

interface Member {
  readonly ordinal: number
  readonly address: string
  /** Made when the first pod needs an address: by then the node may have a range of its own. */
  pods: PodAddresses | undefined
  postedAtMs: number | undefined
  lease: Lease | undefined
}

export class SimulatedNodes implements AsyncDisposable {
  readonly #options: SimulateOptions
  readonly #own: ReadonlySet<string>
  readonly #members = new Map<string, Member>()
  readonly #adopted = new Set<(name: string) => void>()
  readonly #queue = new WorkQueue({workers: WORKERS, work: (name) => this.#tend(name)})
  readonly #beats: Deadlines
  readonly #cache
  readonly #stopListening: () => void
  #ordinals = 0

  constructor(options: SimulateOptions) {
    this.#options = options
    this.#own = new Set(ownNames(options))
    this.#beats = new Deadlines(options.clock, (name) => this.#queue.add(name))
    for (const name of this.#own) this.#join(name, undefined)
    const informer = options.informers.informer(nodeResource)
    this.#cache = informer.cache
    this.#stopListening = informer.onChange((change) => this.#changed(change))
  }

  /** Registers the profile's own nodes; the rest follows by watching. */
  start(): void {
    for (const name of this.#own) this.#queue.add(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening()
    for (const name of this.#members.keys()) this.#options.connections?.remove(name)
    this.#beats[Symbol.dispose]()
    await this.#queue.close()
  }

  has(name: string | undefined): boolean {
    return name !== undefined && this.#members.has(name)
  }

  /** Its kubelet is dead: nothing happens to its pods. */
  isSilent(name: string | undefined): boolean {
    return this.#cache.getByKey(name ?? '')?.metadata.annotations?.[`${PREFIX}heartbeat`] === 'stopped'
  }

  /** Called with every node whose pods have to be looked at: it became one of ours, or is told to behave differently. */
  onAdopted(listener: (name: string) => void): () => void {
    this.#adopted.add(listener)
    return () => this.#adopted.delete(listener)
  }

  addressOf(name: string): string {
    return this.#members.get(name)?.address ?? ''
  }

  /** Addresses for a pod on that node, one a family: those it has, or new ones. */
  podAddresses(name: string, has: string | undefined): readonly string[] {
    const member = this.#members.get(name)
    if (!member) return has ? [has] : []
    const {podCIDR, podCIDRs} = this.#cache.getByKey(name)?.spec ?? {}
    member.pods ??= new PodAddresses(podCIDRs ?? [podCIDR ?? spareRange(member.ordinal)])
    return (has ? member.pods.keep(has) : undefined) ?? member.pods.take()
  }

  releaseAddress(name: string | undefined, ip: string): void {
    if (name !== undefined && ip !== '') this.#members.get(name)?.pods?.release(ip)
  }

  #changed({type, object, previous}: Change<Node>): void {
    const {name} = object.metadata
    if (type === 'deleted') this.#left(name)
    else if (this.#members.has(name)) {
      if (annotationsOf(object) !== annotationsOf(previous)) this.#tendAnew(name)
    } else if (isMarked(object)) this.#adopt(object)
  }

  #tendAnew(name: string): void {
    const member = this.#members.get(name)
    if (member) member.postedAtMs = undefined
    this.#queue.add(name)
    for (const listener of this.#adopted) listener(name)
  }

  #adopt(node: Cached<Node>): void {
    const {name} = node.metadata
    this.#join(name, node)
    this.#queue.add(name)
    for (const listener of this.#adopted) listener(name)
  }

  #join(name: string, node: Cached<Node> | undefined): void {
    const ordinal = ++this.#ordinals
    const known = node?.status?.addresses?.find(({type}) => type === 'InternalIP')?.address
    const kubelet = new SimulatedKubelet(name, this.#options)
    this.#options.connections?.add(name, async () => kubelet)
    this.#members.set(name, {
      ordinal,
      address: known ?? nodeAddress(ordinal),
      pods: undefined,
      postedAtMs: undefined,
      lease: undefined,
    })
  }

  /** A node of the profile's own comes back when it is deleted, as a kubelet registers again; adopted ones are gone. */
  #left(name: string): void {
    const member = this.#members.get(name)
    if (!member) return
    this.#beats.delete(name)
    member.postedAtMs = undefined
    if (this.#own.has(name)) this.#beats.set(name, RENEW_MS)
    else {
      this.#members.delete(name)
      this.#options.connections?.remove(name)
    }
  }

  #renewMs(): number {
    const stretched = (RENEW_MS * this.#members.size) / BRISK_NODES
    return Math.min(Math.max(RENEW_MS, stretched), LONGEST_RENEW_MS)
  }

  /** Rounded up to a whole second, so that those who are due around the same time share a commit. */
  #untilBeat(delayMs: number): number {
    const nowMs = this.#options.clock.monotonic()
    return Math.ceil((nowMs + delayMs) / BEAT_MS) * BEAT_MS - nowMs
  }

  async #tend(name: string): Promise<void> {
    const member = this.#members.get(name)
    if (!member) return
    try {
      const node = this.#cache.getByKey(name) ?? (await this.#register(name))
      if (this.isSilent(name)) return
      const first = member.postedAtMs === undefined
      if (first || this.#isStale(member)) await this.#post(name, node, member)
      await this.#renew(name, member)
      this.#beats.set(name, this.#untilBeat(this.#renewMs() * (first ? this.#options.random.next() : 1)))
    } catch (error) {
      if (this.#options.signal.aborted) return
      this.#beats.set(name, RETRY_MS)
      this.#options.logger.warn('a simulated node could not be written', {node: name, error: String(error)})
    }
  }

  #isStale(member: Member): boolean {
    return this.#options.clock.now() - (member.postedAtMs ?? 0) >= STATUS_MS
  }

  async #register(name: string): Promise<Node> {
    const {client, signal, nodes} = this.#options
    const node = newNode(name, nodes ?? {count: 0})
    const created = await client.create(nodeResource, node, {signal}).catch(unlessReason('AlreadyExists'))
    return created ?? client.get(nodeResource, {name}, {signal})
  }

  async #post(name: string, node: Cached<Node> | Node, member: Member): Promise<void> {
    const {client, clock, signal, kubeletPort} = this.#options
    const given = this.#own.has(name) ? undefined : node.status?.capacity
    const capacity = {...capacityOf(this.#own.has(name) ? (this.#options.nodes ?? {}) : {}), ...given}
    const status = nodeStatus(node, {address: member.address, capacity, kubeletPort}, timestamp(clock.now()))
    await client.patch(nodeResource, {name}, {type: 'merge', body: {status}}, {subresource: 'status', signal})
    member.postedAtMs = clock.now()
  }

  async #renew(name: string, member: Member): Promise<void> {
    const {client, signal} = this.#options
    const renewTime = new Date(this.#options.clock.now()).toISOString().replace('Z', '000Z')
    const spec = {holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime}
    const known = member.lease ?? (await this.#knownLease(name))
    const metadata = known?.metadata ?? {name, namespace: LEASE_NAMESPACE}
    try {
      member.lease = known
        ? await client.update(leaseResource, {metadata, spec}, {signal})
        : await client.create(leaseResource, {metadata, spec}, {signal})
    } catch (error) {
      member.lease = undefined
      if (!hasReason(error, 'Conflict', 'NotFound', 'AlreadyExists')) throw error
      this.#queue.add(name)
    }
  }

  async #knownLease(name: string): Promise<Lease | undefined> {
    const {client, signal} = this.#options
    return client.get(leaseResource, {namespace: LEASE_NAMESPACE, name}, {signal}).catch(unlessReason('NotFound'))
  }
}

const ownNames = ({nodes}: SimulateOptions): string[] =>
  Array.from({length: nodes?.count ?? 0}, (_, index) => `${nodes?.namePrefix ?? 'node-'}${index + 1}`)

/** What of a node's annotations is about simulation, as one text. */
const annotationsOf = (node: Cached<Node> | undefined): string =>
  Object.entries(node?.metadata.annotations ?? {})
    .filter(([key]) => key.startsWith(PREFIX))
    .join()
