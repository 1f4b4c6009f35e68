// The open ways in: compared with what is desired after each change, opened and closed accordingly.

import type {Protocol, ServicePort} from '../../api/service-ports.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import {Balancer} from './balancer.ts'
import {TcpEntrance} from './tcp.ts'
import {UdpEntrance} from './udp.ts'

interface Wanted {
  readonly host: string
  readonly port: number
  readonly protocol: Protocol
  readonly external: boolean
}

interface Open extends Wanted {
  readonly balancer: Balancer
  readonly entrance: TcpEntrance | UdpEntrance
}

export interface EntrancesOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Where node ports are opened: this machine's own addresses. */
  readonly nodeAddresses: readonly string[]
}

const nameOf = ({host, port, protocol}: Wanted): string => `${protocol} ${host} ${port}`

export class Entrances implements AsyncDisposable {
  readonly #options: EntrancesOptions
  readonly #open = new Map<string, ReadonlyMap<string, Open>>()
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

  get size(): number {
    let count = 0
    for (const entrances of this.#open.values()) count += entrances.size
    return count
  }

  #wanted(port: ServicePort): Wanted[] {
    const {balancerIps, clusterIps, externalIps, nodePort, protocol} = port
    const at = (host: string, number: number, external: boolean): Wanted => ({host, port: number, protocol, external})
    return [
      ...clusterIps.map((ip) => at(ip, port.port, false)),
      ...[...externalIps, ...balancerIps].map((ip) => at(ip, port.port, true)),
      ...(nodePort === undefined ? [] : this.#options.nodeAddresses.map((ip) => at(ip, nodePort, true))),
    ]
  }

  async #apply(key: string, port: ServicePort | undefined): Promise<void> {
    const before = this.#open.get(key) ?? new Map<string, Open>()
    // SCTP objects are accepted, as the API has it; nobody in userspace can carry it.
    const wanted = new Map(
      (port && port.protocol !== 'SCTP' ? this.#wanted(port) : []).map((way) => [nameOf(way), way]),
    )
    const after = new Map<string, Open>()
    for (const [name, open] of before)
      if (wanted.has(name)) after.set(name, open)
      else await open.entrance[Symbol.asyncDispose]()
    for (const [name, way] of wanted) {
      const open = after.get(name) ?? (await this.#enter(way))
      if (!open || !port) continue
      after.set(name, open)
      open.balancer.update(way.external ? port.externalBackends : port.internalBackends, port.affinitySeconds)
      if (open.entrance instanceof UdpEntrance) open.entrance.refresh()
    }
    if (after.size > 0) this.#open.set(key, after)
    else this.#open.delete(key)
  }

  async #enter(way: Wanted): Promise<Open | undefined> {
    const {clock, logger} = this.#options
    const balancer = new Balancer(clock)
    const entrance = way.protocol === 'UDP' ? new UdpEntrance(balancer, clock, way.host) : new TcpEntrance(balancer)
    try {
      await entrance.listen(way.host, way.port)
      return {...way, balancer, entrance}
    } catch (error) {
      logger.warn('cannot open a way into a service', {...way, error})
      return undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work
    for (const entrances of this.#open.values())
      for (const {entrance} of entrances.values()) await entrance[Symbol.asyncDispose]()
    this.#open.clear()
  }
}
