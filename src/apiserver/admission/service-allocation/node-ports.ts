// Node ports: those of all services, and of requests under way, are taken.
import type {DeepReadonly} from '../../../api/object.ts'
import {services} from '../../../api/resources.ts'
import type {Service} from '../../../api/schema/types.gen.ts'
import type {Random} from '../../../lib/random.ts'
import type {AdmissionContext} from '../contract.ts'

export interface NodePortRange {
  readonly first: number
  readonly last: number
}

export const usualNodePorts: NodePortRange = {first: 30000, last: 32767}

/** The lower band is for ports that are asked for by number; a range too small for one has none. */
const staticBand = ({first, last}: NodePortRange): number => {
  const size = last - first + 1
  return size < 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128)
}

export const nodePortsOf = ({spec}: DeepReadonly<Service>): number[] => {
  const ports = [...(spec?.ports ?? []).map(({nodePort}) => nodePort), spec?.healthCheckNodePort]
  return [...new Set(ports.filter((port) => port !== undefined && port > 0))] as number[]
}

export class NodePorts {
  readonly #random: Random
  readonly #range: NodePortRange
  readonly #pending = new Set<number>()

  constructor(random: Random, range: NodePortRange) {
    this.#random = random
    this.#range = range
  }

  /** Undefined: the port is in the range. */
  refusal(port: number): string | undefined {
    const {first, last} = this.#range
    if (port >= first && port <= last) return undefined
    return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`
  }

  taken(context: AdmissionContext): Set<number> {
    return new Set([...this.#pending, ...context.list(services).flatMap((service) => nodePortsOf(service))])
  }

  pick(taken: ReadonlySet<number>): number | undefined {
    const {first, last} = this.#range
    const from = first + staticBand(this.#range)
    const size = last - from + 1
    const start = Math.floor(this.#random.next() * size)
    for (let step = 0; step < size; step++) {
      const port = from + ((start + step) % size)
      if (!taken.has(port)) return port
    }
    for (let port = first; port < from; port++) if (!taken.has(port)) return port
    return undefined
  }

  reserve(port: number): void {
    this.#pending.add(port)
  }

  settle(ports: readonly number[]): void {
    for (const port of ports) this.#pending.delete(port)
  }
}
