// Pod addresses: one after another, so that a freed address is not used again at once; one a family.
import {isIPv6} from 'node:net'

const groupsOf = (part: string): bigint[] => (part === '' ? [] : part.split(':').map((group) => BigInt(`0x${group}`)))

const toNumber = (ip: string): bigint => {
  if (!isIPv6(ip)) return ip.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const [head = '', tail = ''] = ip.split('::')
  const [before, after] = [groupsOf(head), groupsOf(tail)]
  const zeros = Array.from({length: 8 - before.length - after.length}, () => 0n)
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + group, 0n)
}

const toText = (number: bigint, bits: 32 | 128): string => {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.')
  const groups = Array.from({length: 8}, (_, at) => ((number >> BigInt(112 - 16 * at)) & 65_535n).toString(16))
  // The short form with `::`, as everybody else writes it.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

/** The network's own and the bridge's come first. */
const FIRST_OFFSET = 2n

export class AddressPool {
  readonly prefix: number
  readonly #bits: 32 | 128
  readonly #first: bigint
  readonly #size: bigint
  readonly #used = new Set<string>()
  #next = FIRST_OFFSET

  constructor(cidr: string) {
    const [ip = '', length = '24'] = cidr.split('/')
    this.#bits = isIPv6(ip) ? 128 : 32
    this.prefix = Number(length)
    this.#size = 1n << BigInt(this.#bits - this.prefix)
    this.#first = (toNumber(ip) / this.#size) * this.#size
    if (this.#size < 4n) throw new Error(`pod network ${cidr} is too small`)
  }

  /** The bridge's own. */
  get gateway(): string {
    return toText(this.#first + 1n, this.#bits)
  }
  has(ip: string): boolean {
    if (isIPv6(ip) !== (this.#bits === 128)) return false
    const offset = toNumber(ip) - this.#first
    return offset >= 0n && offset < this.#size
  }
  reserve(ip: string): void {
    this.#used.add(ip)
    const after = toNumber(ip) - this.#first + 1n
    if (after > this.#next) this.#next = after
  }
  take(): string {
    for (let tried = 0n; tried < this.#size; tried++) {
      if (this.#next >= this.#size - 1n) this.#next = FIRST_OFFSET
      const ip = toText(this.#first + this.#next++, this.#bits)
      if (!this.#used.has(ip)) {
        this.#used.add(ip)
        return ip
      }
    }
    throw new Error(`no free address in ${this.gateway}/${this.prefix}`)
  }
  release(ip: string): void {
    this.#used.delete(ip)
  }
}

export interface PodAddress {
  readonly ip: string
  readonly prefix: number
  readonly gateway: string
}

/** The pools of all families, as `10.244.0.0/24,fd00:10:244::/64` names them. */
export class PodAddresses {
  readonly cidr: string
  readonly pools: readonly AddressPool[]

  constructor(cidr: string) {
    this.cidr = cidr
    this.pools = cidr.split(',').map((range) => new AddressPool(range))
  }

  /** One of each family. */
  take(): PodAddress[] {
    return this.pools.map((pool) => ({ip: pool.take(), prefix: pool.prefix, gateway: pool.gateway}))
  }
  reserve(ips: readonly string[]): void {
    for (const ip of ips) this.pools.find((pool) => pool.has(ip))?.reserve(ip)
  }
  release(ips: readonly string[]): void {
    for (const pool of this.pools) for (const ip of ips) pool.release(ip)
  }
}
