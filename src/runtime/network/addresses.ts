// Pod addresses: one after another, so that a freed address is not used again at once.

const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toText = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')

export class AddressPool {
  readonly cidr: string
  readonly prefix: number
  readonly #first: number
  readonly #size: number
  readonly #used = new Set<string>()
  #next = 2

  constructor(cidr: string) {
    const [ip = '', bits = '24'] = cidr.split('/')
    this.cidr = cidr
    this.prefix = Number(bits)
    this.#size = 2 ** (32 - this.prefix)
    this.#first = Math.floor(toNumber(ip) / this.#size) * this.#size
    if (!(this.#size >= 4)) throw new Error(`pod network ${cidr} is too small`)
  }

  /** The bridge's own. */
  get gateway(): string {
    return toText(this.#first + 1)
  }
  has(ip: string): boolean {
    const offset = toNumber(ip) - this.#first
    return offset >= 0 && offset < this.#size
  }
  reserve(ip: string): void {
    this.#used.add(ip)
    if (this.has(ip)) this.#next = Math.max(this.#next, toNumber(ip) - this.#first + 1)
  }
  take(): string {
    for (let tried = 0; tried < this.#size; tried++) {
      if (this.#next >= this.#size - 1) this.#next = 2
      const ip = toText(this.#first + this.#next++)
      if (!this.#used.has(ip)) {
        this.#used.add(ip)
        return ip
      }
    }
    throw new Error(`no free address in ${this.cidr}`)
  }
  release(ip: string): void {
    this.#used.delete(ip)
  }
}
