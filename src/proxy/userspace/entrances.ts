// The open ways in: compared with what is desired after each change, opened and closed accordingly.

import type {Protocol, ServicePort} from '../../api/service-ports.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import type {AddressClaims} from './address-claims.ts'
import {Balancer} from './balancer.ts'
import {Desk} from './desk.ts'
import {isOpen, type Neighbourhood, type Way} from './doorman.ts'
import {TcpEntrance} from './tcp.ts'
import {UdpEntrance} from './udp.ts'

interface Wanted {
  readonly host: string
  readonly port: number
  readonly protocol: Protocol
  readonly way: Way
}

interface Open extends Wanted {
  readonly entrance: TcpEntrance | UdpEntrance
}

interface Served {
  port: ServicePort
  readonly balancer: Balancer
  ways: ReadonlyMap<string, Open>
}

export interface EntrancesOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly around: () => Neighbourhood
  /** Where node ports are opened. */
  readonly nodeAddresses: () => readonly string[]
  readonly claims: AddressClaims
}

const nameOf = ({host, port, protocol}: Wanted): string => `${protocol} ${host} ${port}`

const family = (address: string): boolean => address.includes(':')

export class Entrances implements AsyncDisposable {
  readonly #options: EntrancesOptions
  readonly #served = new Map<string, Served>()
  /** Not listening any more, and not yet done talking. */
  readonly #leaving = new Set<TcpEntrance>()
  /** Changes are carried out one after the other, also when they come faster than sockets open. */
  #work: Promise<void> = Promise.resolve()

  constructor(options: EntrancesOptions) {
    this.#options = options
  }

  /** Brings the ways into one service port to what is wanted; `undefined`: it is gone. */
  set(key: string, port: ServicePort | undefined): Promise<void> {
    this.#work = this.#work.then(() => this.#apply(key, port))
    return this.#work
  }

  /** Settles when everything that was set is done. */
  settled(): Promise<void> {
    return this.#work
  }

  /** What the ways depend on beside their ports has changed: this machine's addresses. */
  async reopen(): Promise<void> {
    for (const [key, {port}] of this.#served) await this.set(key, port)
  }

  /** Policies, or who is where, have changed. */
  rejudge(): void {
    for (const {ways} of this.#served.values()) for (const {entrance} of ways.values()) entrance.refresh()
    for (const entrance of this.#leaving) entrance.refresh()
  }

  get size(): number {
    let count = 0
    for (const {ways} of this.#served.values()) count += ways.size
    return count
  }

  #wanted(port: ServicePort): Wanted[] {
    const {balancerIps, clusterIps, externalIps, nodePort, protocol} = port
    // SCTP objects are accepted, as the API has it; nobody in userspace can carry it.
    if (protocol === 'SCTP') return []
    const at = (host: string, way: Way, number = port.port): Wanted => ({host, port: number, protocol, way})
    const isSameFamily = (address: string): boolean => family(address) === clusterIps.some(family)
    return [
      ...clusterIps.map((ip) => at(ip, 'inside')),
      ...externalIps.map((ip) => at(ip, 'outside')),
      ...balancerIps.map((ip) => at(ip, 'balancer')),
      ...(nodePort === undefined
        ? []
        : this.#options
            .nodeAddresses()
            .filter(isSameFamily)
            .map((ip) => at(ip, 'outside', nodePort))),
    ].filter(({way}) => isOpen(port, way))
  }

  async #apply(key: string, port: ServicePort | undefined): Promise<void> {
    const served =
      this.#served.get(key) ?? (port && {port, balancer: new Balancer(this.#options.clock), ways: new Map()})
    if (!served) return
    if (port) served.port = port
    served.balancer.affinitySeconds = served.port.affinitySeconds
    const wanted = new Map((port ? this.#wanted(port) : []).map((way) => [nameOf(way), way]))
    const after = new Map<string, Open>()
    for (const [name, open] of served.ways)
      if (wanted.get(name)?.way === open.way) after.set(name, open)
      else await this.#leave(open)
    for (const [name, way] of wanted) {
      const open = after.get(name) ?? (await this.#enter(way, served))
      if (open) after.set(name, open)
    }
    served.ways = after
    for (const {entrance} of after.values()) entrance.refresh()
    if (port) this.#served.set(key, served)
    else this.#served.delete(key)
  }

  async #enter(way: Wanted, served: Served): Promise<Open | undefined> {
    const {around, claims, clock, logger} = this.#options
    const desk = new Desk({way: way.way, balancer: served.balancer, port: () => served.port, around})
    const entrance = way.protocol === 'UDP' ? new UdpEntrance(desk, clock, way.host) : new TcpEntrance(desk)
    try {
      if (way.way !== 'inside') await claims.claim(way.host)
      await entrance.listen(way.host, way.port)
      return {...way, entrance}
    } catch (error) {
      if (way.way !== 'inside') await claims.release(way.host)
      logger.warn('cannot open a way into a service', {...way, error})
      return undefined
    }
  }

  /** Connections outlive what they came in by, as they do in the kernel. */
  async #leave({entrance, host, way}: Open): Promise<void> {
    if (entrance instanceof TcpEntrance) {
      this.#leaving.add(entrance)
      entrance.stopListening(() => this.#leaving.delete(entrance))
    } else await entrance[Symbol.asyncDispose]()
    if (way !== 'inside') await this.#options.claims.release(host)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work
    for (const {ways} of this.#served.values())
      for (const open of ways.values()) {
        await open.entrance[Symbol.asyncDispose]()
        if (open.way !== 'inside') await this.#options.claims.release(open.host)
      }
    for (const entrance of this.#leaving) await entrance[Symbol.asyncDispose]()
    this.#served.clear()
  }
}
