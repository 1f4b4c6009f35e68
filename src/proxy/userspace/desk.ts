// One service port for those that come in: who may have which backend now, and which is the best of them.
import type {Backend, ServicePort} from '../../api/service-ports.ts'
import type {Balancer} from './balancer.ts'
import {backendsFor, mayTalk, type Neighbourhood, type Way} from './doorman.ts'

export interface DeskOptions {
  readonly way: Way
  readonly balancer: Balancer
  readonly port: () => ServicePort
  readonly around: () => Neighbourhood
}

/** Some clients of IPv4 come in IPv6's clothes. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '')

export class Desk {
  readonly #options: DeskOptions

  constructor(options: DeskOptions) {
    this.#options = options
  }

  /** Undefined: there is nobody for this client, or everybody has failed it. */
  choose(address: string, failed: ReadonlySet<string> = new Set()): Backend | undefined {
    const {around, balancer, port, way} = this.#options
    const client = plain(address)
    const able = backendsFor(port(), way, client, around()).filter((backend) => !failed.has(backend.address))
    return balancer.choose(client, able)
  }

  /** Whether a client that has this backend would still get it. */
  has(address: string, backend: Backend): boolean {
    const {around, port, way} = this.#options
    return backendsFor(port(), way, plain(address), around()).some(
      (other) => other.address === backend.address && other.port === backend.port,
    )
  }

  mayTalk(address: string, backend: Backend): boolean {
    const {around, port} = this.#options
    return mayTalk(plain(address), backend, port(), around())
  }

  opened(backend: Backend): () => void {
    return this.#options.balancer.opened(backend)
  }
}
