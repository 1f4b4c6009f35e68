// Addresses for nodes and pods: nobody answers on them, but they are in range, unique while in use, and stay.

import {addressNumber, addressText, type Cidr, cidrContains, parseCidr} from '../api/meta/ip.ts'

/** `10.0.0.10` + n, over as many /24 as it takes. */
export const nodeAddress = (ordinal: number): string => {
  const offset = 10 + ordinal
  return `10.0.${Math.floor(offset / 250)}.${(offset % 250) + (offset >= 250 ? 1 : 0)}`
}

/** Nobody has more pods than this on a node. */
const MOST = 1n << 24n
/** The network's own address and the bridge's come first. */
const FIRST = 2n

/** The addresses of one node's pods: of each family the one at the same place. */
export class PodAddresses {
  readonly #ranges: readonly Cidr[]
  readonly #size: number
  readonly #used = new Set<number>()
  #next = 0

  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.flatMap((range) => parseCidr(range) ?? [])
    // Without the two that come first and the one for broadcasts.
    const sizes = this.#ranges.map(({size}) => size - FIRST - 1n)
    this.#size = Math.max(1, Number([MOST, ...sizes].reduce((least, size) => (size < least ? size : least))))
  }

  take(): string[] {
    for (let tried = 0; tried < this.#size; tried++) {
      const offset = this.#next
      this.#next = (this.#next + 1) % this.#size
      if (this.#used.has(offset)) continue
      this.#used.add(offset)
      return this.#at(offset)
    }
    throw new Error('no pod address is left on this node')
  }

  /** Keeps addresses that a pod has from before; undefined when they are not from here. */
  keep(ip: string): string[] | undefined {
    const offset = this.#offsetOf(ip)
    if (offset === undefined) return undefined
    this.#used.add(offset)
    return this.#at(offset)
  }

  release(ip: string): void {
    const offset = this.#offsetOf(ip)
    if (offset !== undefined) this.#used.delete(offset)
  }

  #at(offset: number): string[] {
    return this.#ranges.map(({family, first}) => addressText(first + FIRST + BigInt(offset), family))
  }

  #offsetOf(ip: string): number | undefined {
    const [range] = this.#ranges
    if (!range || !cidrContains(range, ip)) return undefined
    const offset = Number((addressNumber(ip) ?? 0n) - range.first - FIRST)
    return offset >= 0 && offset < this.#size ? offset : undefined
  }
}

/** For nodes that were given no pod range of their own. */
export const spareRange = (ordinal: number): string =>
  `10.${245 + (Math.floor(ordinal / 256) % 10)}.${ordinal % 256}.0/24`
