// Addresses for nodes and pods: nobody answers on them, but they are in range, unique while in use, and stay.

/** `10.0.0.10` + n, over as many /24 as it takes. */
export const nodeAddress = (ordinal: number): string => {
  const offset = 10 + ordinal
  return `10.0.${Math.floor(offset / 250)}.${(offset % 250) + (offset >= 250 ? 1 : 0)}`
}

interface Range {
  readonly first: number
  readonly size: number
}

const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const toText = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')

/** Without the network's own address, the bridge's (.1) and the broadcast address. */
const rangeOf = (cidr: string): Range => {
  const [ip = '', bits = '24'] = cidr.split('/')
  return {first: toNumber(ip) + 2, size: Math.max(2 ** (32 - Number(bits)) - 3, 1)}
}

/** The addresses of one node's pods. */
export class PodAddresses {
  readonly #range: Range
  readonly #used = new Set<number>()
  #next = 0

  constructor(cidr: string) {
    this.#range = rangeOf(cidr)
  }

  take(): string {
    const {first, size} = this.#range
    for (let tried = 0; tried < size; tried++) {
      const offset = this.#next
      this.#next = (this.#next + 1) % size
      if (this.#used.has(offset)) continue
      this.#used.add(offset)
      return toText(first + offset)
    }
    throw new Error('no pod address is left on this node')
  }

  /** Keeps an address that a pod has from before; false when it is not from here. */
  keep(ip: string): boolean {
    const offset = toNumber(ip) - this.#range.first
    if (!(offset >= 0 && offset < this.#range.size)) return false
    this.#used.add(offset)
    return true
  }

  release(ip: string): void {
    this.#used.delete(toNumber(ip) - this.#range.first)
  }
}

/** For nodes that were given no pod range of their own. */
export const spareRange = (ordinal: number): string =>
  `10.${245 + (Math.floor(ordinal / 256) % 10)}.${ordinal % 256}.0/24`
