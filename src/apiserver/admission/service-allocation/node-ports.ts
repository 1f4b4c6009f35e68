// Node ports: those of all services, and of requests under way, are taken.
import type {DeepReadonly} from '../../../api/object.ts'
import {services} from '../../../api/resources.ts'
import type {Service} from '../../../api/schema/types.gen.ts'
import type {Random} from '../../../lib/random.ts'
import type {AdmissionContext} from '../contract.ts'

export const firstNodePort = 30000
export const lastNodePort = 32767
/** The lower band is for ports that are asked for by number. */
const staticBand = 86

export const nodePortsOf = ({spec}: DeepReadonly<Service>): number[] => {
  const ports = [...(spec?.ports ?? []).map(({nodePort}) => nodePort), spec?.healthCheckNodePort]
  return [...new Set(ports.filter((port) => port !== undefined && port > 0))] as number[]
}

export const outOfRange = `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`
export const isInRange = (port: number): boolean => port >= firstNodePort && port <= lastNodePort

export class NodePorts {
  readonly #random: Random
  readonly #pending = new Set<number>()

  constructor(random: Random) {
    this.#random = random
  }

  taken(context: AdmissionContext): Set<number> {
    return new Set([...this.#pending, ...context.list(services).flatMap((service) => nodePortsOf(service))])
  }

  pick(taken: ReadonlySet<number>): number | undefined {
    const from = firstNodePort + staticBand
    const size = lastNodePort - from + 1
    const start = Math.floor(this.#random.next() * size)
    for (let step = 0; step < size; step++) {
      const port = from + ((start + step) % size)
      if (!taken.has(port)) return port
    }
    for (let port = firstNodePort; port < from; port++) if (!taken.has(port)) return port
    return undefined
  }

  reserve(port: number): void {
    this.#pending.add(port)
  }

  settle(ports: readonly number[]): void {
    for (const port of ports) this.#pending.delete(port)
  }
}
