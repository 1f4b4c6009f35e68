// Services and policies in the kernel: always the newest of both, one transaction at a time.
import type {ServicePort} from '../../api/service-ports.ts'
import type {Clock, Timer} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import type {ProxyNetwork} from '../contract.ts'
import {machineAddresses, preparePodBridges} from '../machine.ts'
import type {ResolvedPolicy} from '../policies/model.ts'
import type {Nft} from './nft.ts'
import {addPolicies} from './policy-rules.ts'
import {type Family, type Table, TableBuilder} from './ruleset.ts'
import {allBackends} from './service-chains.ts'
import {addServices, type PortRules, type ServiceSurroundings} from './service-rules.ts'
import {removeTables, Tables} from './tables.ts'

const RETRY_MS = 1000
/** Somebody may flush all tables of this machine. */
const LOOK_MS = 30_000
const ZONES = 60_000

export interface KernelServices {
  readonly ports: ReadonlyMap<string, ServicePort>
  readonly ofNode: ReadonlyMap<string, readonly string[]>
  readonly servedElsewhere: readonly string[]
}

export interface KernelRulesOptions {
  readonly nft: Nft
  readonly clock: Clock
  readonly logger: Logger
  readonly tableName: string
  readonly network: ProxyNetwork
  /** Nothing is written before they are known: what an earlier run left serves until then. */
  readonly withServices: boolean
  /** Told when the rules cannot be written, and when they can again (undefined). */
  readonly onFailure?: (failure: string | undefined) => void
}

const familiesOf = (ranges: readonly string[]): Family[] =>
  [...new Set(ranges.map((range): Family => (range.includes(':') ? 'ip6' : 'ip')))].sort()

const udpSockets = (ports: Iterable<ServicePort>): Set<string> =>
  new Set(
    [...ports]
      .filter(({protocol}) => protocol === 'UDP')
      .flatMap((port) => allBackends(port).map(({address, port: number}) => `${port.key} ${address} ${number}`)),
  )

export class KernelRules implements AsyncDisposable {
  readonly #options: KernelRulesOptions
  readonly #tables: Tables
  #services: KernelServices | undefined
  #policies: readonly ResolvedPolicy[] = []
  #udpSockets = new Set<string>()
  #udpZone: number
  /** Rules of ports that did not change, and the surroundings they were made for. */
  #known = {surroundings: '', rules: new Map<Family, PortRules>()}
  #failure: string | undefined
  #isDirty = false
  #work: Promise<void> | undefined
  #timer: Timer | undefined
  #look: Timer | undefined
  #isClosed = false

  constructor(options: KernelRulesOptions) {
    this.#options = options
    this.#tables = new Tables(options.nft, options.logger)
    // Flows of an earlier run may still be in the zones it used.
    this.#udpZone = (Math.floor(options.clock.now() / 1000) % ZONES) + 1
    this.#lookLater()
  }

  setServices(services: KernelServices): void {
    const sockets = udpSockets(services.ports.values())
    if ([...this.#udpSockets].some((socket) => !sockets.has(socket))) this.#udpZone = (this.#udpZone % ZONES) + 1
    this.#udpSockets = sockets
    this.#services = services
    this.#sync()
  }

  setPolicies(policies: readonly ResolvedPolicy[]): void {
    this.#policies = policies
    this.#sync()
  }

  get failure(): string | undefined {
    return this.#failure
  }

  /** Settles when the kernel has what was set. */
  async settled(): Promise<void> {
    while (this.#work) await this.#work
  }

  #sync(): void {
    if (this.#options.withServices && !this.#services) return
    this.#isDirty = true
    this.#work ??= this.#apply().finally(() => {
      this.#work = undefined
    })
  }

  async #apply(): Promise<void> {
    const {clock, logger, network} = this.#options
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false
      try {
        preparePodBridges(network.podRanges)
        await this.#tables.apply(this.#desired())
        this.#say(undefined)
      } catch (error) {
        logger.error('nftables rules not written: trying again', {error})
        this.#say(error instanceof Error ? error.message : String(error))
        this.#timer ??= clock.after(RETRY_MS, () => {
          this.#timer = undefined
          if (!this.#isClosed) this.#sync()
        })
        return
      }
    }
  }

  #say(failure: string | undefined): void {
    if (failure === this.#failure) return
    this.#failure = failure
    this.#options.onFailure?.(failure)
  }

  #desired(): Table[] {
    const {network, tableName} = this.#options
    const families = familiesOf(this.#services ? network.serviceRanges : network.podRanges)
    return families.map((family) => {
      const table = new TableBuilder(family, tableName)
      if (this.#services) this.#addServices(table, this.#services)
      addPolicies(table, this.#policies)
      return table
    })
  }

  #addServices(table: TableBuilder, {ofNode, ports, servedElsewhere}: KernelServices): void {
    const {network} = this.#options
    const surroundings: ServiceSurroundings = {
      pods: network.podRanges,
      ofNode,
      serviceRanges: network.serviceRanges,
      balancerRanges: network.balancerRanges,
      servedElsewhere,
      udpZone: this.#udpZone,
      nodeAddresses: machineAddresses(),
    }
    const now = JSON.stringify([[...ofNode], surroundings.nodeAddresses])
    if (this.#known.surroundings !== now) this.#known = {surroundings: now, rules: new Map()}
    const {rules} = this.#known
    const known = rules.get(table.family) ?? new WeakMap()
    rules.set(table.family, known)
    addServices(table, ports.values(), surroundings, known)
  }

  #lookLater(): void {
    this.#look = this.#options.clock.after(LOOK_MS, () => {
      this.#work ??= this.#repair().finally(() => {
        this.#work = undefined
        if (this.#isDirty) this.#sync()
        if (!this.#isClosed) this.#lookLater()
      })
    })
  }

  async #repair(): Promise<void> {
    const {logger} = this.#options
    try {
      if (await this.#tables.areThere()) return
      logger.warn('the nftables rules were removed: writing them anew')
      await this.#tables.repair()
    } catch (error) {
      logger.error('nftables rules not looked after', {error})
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const {logger, nft, tableName} = this.#options
    this.#isClosed = true
    this.#timer?.cancel()
    this.#look?.cancel()
    await this.settled()
    await removeTables(nft, tableName).catch((error) => logger.warn('nftables rules not removed', {error}))
  }
}
