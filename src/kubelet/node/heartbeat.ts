// Registers the node, reports its state when it changes and every five minutes, and renews its lease every ten seconds.
import {hasReason} from '../../api/errors.ts'
import {formatMicroTime} from '../../api/meta/time.ts'
import type {Stored} from '../../api/object.ts'
import {leases, nodes} from '../../api/resources.ts'
import type {ContainerImage, Node} from '../../api/schema/types.gen.ts'
import type {Kubelet} from '../kubelet.ts'
import {nodeEvent, tellTransitions} from './events.ts'
import {type NodeFacts, newNode, nodeStatus} from './node-object.ts'
import {runtimeInfo} from './runtime-info.ts'

const LEASE_SECONDS = 40
const RENEW_MS = 10_000
const STATUS_EVERY_MS = 300_000
const LOOK_MS = 10_000
const READY_LOOK_MS = 50

export class Heartbeat {
  readonly #kubelet: Kubelet
  readonly #runtimeVersion: string
  #lastStatusMs = Number.NEGATIVE_INFINITY
  #lastSaid = ''
  #lastConditions: ReadonlyMap<string, string> = new Map()
  readonly #pressures: () => ReadonlySet<string>
  readonly #goingDown: () => boolean
  #saidProblem = false

  constructor(
    kubelet: Kubelet,
    runtimeVersion: string,
    pressures: () => ReadonlySet<string>,
    goingDown: () => boolean,
  ) {
    this.#kubelet = kubelet
    this.#pressures = pressures
    this.#goingDown = goingDown
    this.#runtimeVersion = runtimeVersion
  }

  /** Once, before anything runs: the node is there and Ready. */
  async register(): Promise<Stored<Node>> {
    const {client, nodeName, signal} = this.#kubelet.options
    const facts = await this.#facts()
    const fresh = newNode(facts)
    try {
      await client.create(nodes, fresh, {signal})
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error
      const body = {metadata: {labels: fresh.metadata?.labels}}
      await client.patch(nodes, {name: nodeName}, {type: 'merge', body}, {signal})
    }
    nodeEvent(this.#kubelet, 'Normal', 'Starting', 'Starting kubelet.')
    await Promise.all([this.#reportStatus(true), this.#renew()])
    nodeEvent(this.#kubelet, 'Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
    return client.get(nodes, {name: nodeName}, {signal})
  }

  /** Something about the node is new and should not wait. */
  hurry(): void {
    const {logger, signal} = this.#kubelet.options
    this.#reportStatus(true).catch((error) => {
      if (!signal.aborted) logger.warn('node not reported', {error})
    })
  }

  async run(): Promise<void> {
    const {clock, logger, signal} = this.#kubelet.options
    const every = async (ms: number, work: () => Promise<void>): Promise<void> => {
      while (!signal.aborted) {
        await clock.sleep(ms, signal).catch(() => undefined)
        if (signal.aborted) return
        await work().catch((error) => {
          if (!signal.aborted) logger.warn('node not reported', {error})
        })
      }
    }
    await Promise.all([
      every(RENEW_MS, () => this.#renew()),
      every(LOOK_MS, () => this.#reportStatus(false)),
      this.#becomeReady(),
    ])
  }

  /** A runtime whose network comes a moment after it: the node need not wait for the next report. */
  async #becomeReady(): Promise<void> {
    const {clock, logger, signal} = this.#kubelet.options
    if (!this.#saidProblem) return
    for (let waitedMs = 0; waitedMs < LOOK_MS && !signal.aborted; waitedMs += READY_LOOK_MS) {
      if (!(await runtimeInfo(this.#kubelet.cri)).problem) break
      await clock.sleep(READY_LOOK_MS, signal).catch(() => undefined)
    }
    if (signal.aborted) return
    await this.#reportStatus(false).catch((error) => logger.warn('node not reported', {error}))
  }

  async #facts(): Promise<NodeFacts> {
    const {machine, options} = this.#kubelet
    const [runtime, images] = await Promise.all([runtimeInfo(this.#kubelet.cri), this.#images()])
    return {
      name: options.nodeName,
      addresses: options.nodeAddresses,
      machine,
      labels: options.labels ?? {},
      runtimeVersion: this.#runtimeVersion,
      images,
      runtime,
      pressures: this.#pressures(),
      goingDown: this.#goingDown(),
    }
  }

  async #images(): Promise<ContainerImage[]> {
    try {
      const {images} = await this.#kubelet.cri.ImageService.ListImages({})
      return images.map(({repoDigests, repoTags, size}) => ({names: [...repoDigests, ...repoTags], sizeBytes: size}))
    } catch {
      return [] // the runtime is away; its condition says so
    }
  }

  async #reportStatus(force: boolean): Promise<void> {
    const {client, clock, nodeName, signal} = this.#kubelet.options
    const facts = await this.#facts()
    const said = JSON.stringify([facts.runtime, [...facts.pressures], facts.images])
    const due = clock.monotonic() - this.#lastStatusMs > STATUS_EVERY_MS
    if (!force && !due && said === this.#lastSaid) return
    const node = await client.get(nodes, {name: nodeName}, {signal})
    const {addresses, conditions, ...rest} = nodeStatus(facts, node.status ?? {}, clock.now())
    const body = {status: {...rest, conditions, addresses: [{$patch: 'replace'}, ...(addresses ?? [])]}}
    await client.patch(nodes, {name: nodeName}, {type: 'strategic', body}, {subresource: 'status', signal})
    const now = new Map((conditions ?? []).map(({status, type}) => [type, status]))
    tellTransitions(this.#kubelet, this.#lastConditions, now)
    this.#lastConditions = now
    this.#lastStatusMs = clock.monotonic()
    this.#lastSaid = said
    this.#saidProblem = facts.runtime.problem !== undefined
  }

  async #renew(): Promise<void> {
    const {client, clock, nodeName, signal} = this.#kubelet.options
    const name = {namespace: 'kube-node-lease', name: nodeName}
    const renewTime = formatMicroTime(clock.now())
    const spec = {holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime}
    try {
      await client.patch(leases, name, {type: 'merge', body: {spec}}, {signal})
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error
      const node = await client.get(nodes, {name: nodeName}, {signal})
      const owner = {apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid}
      await client.create(leases, {metadata: {...name, ownerReferences: [owner]}, spec}, {signal}).catch((failure) => {
        // The namespace comes with the first start of the cluster: the next renewal tries again.
        if (!hasReason(failure, 'NotFound') && !hasReason(failure, 'AlreadyExists')) throw failure
      })
    }
  }
}
