// Values that Kubernetes adds to CEL.
import {BlockList, isIP, isIPv6} from 'node:net'
import {compareQuantities} from '../meta/quantity.ts'

export class CelError extends Error {
  override readonly name = 'CelError'
}

export class Quantity {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  compare(other: Quantity): number {
    return compareQuantities(this.text, other.text)
  }
}

export class Ip {
  readonly text: string
  constructor(text: string) {
    if (isIP(text) === 0 || text.includes('%'))
      throw new CelError(`IP Address '${text}' parse error during conversion from string: unable to parse IP`)
    this.text = text
  }
  get family(): bigint {
    return isIPv6(this.text) ? 6n : 4n
  }
}

export class Cidr {
  readonly ip: Ip
  readonly prefix: bigint
  constructor(text: string) {
    const match = /^([^/]+)\/(\d{1,3})$/.exec(text)
    const limit = match && isIPv6(match[1] ?? '') ? 128 : 32
    if (!match || isIP(match[1] ?? '') === 0 || Number(match[2]) > limit)
      throw new CelError(`network address parse error during conversion from string: invalid CIDR address: ${text}`)
    this.ip = new Ip(match[1] ?? '')
    this.prefix = BigInt(match[2] ?? 0)
  }
  contains(text: string): boolean {
    const list = new BlockList()
    list.addSubnet(this.ip.text, Number(this.prefix), this.ip.family === 6n ? 'ipv6' : 'ipv4')
    return list.check(text, isIPv6(text) ? 'ipv6' : 'ipv4')
  }
}

export class Url {
  readonly url: URL
  constructor(text: string) {
    if (!URL.canParse(text))
      throw new CelError(`URL parse error during conversion from string: parse "${text}": invalid URI for request`)
    this.url = new URL(text)
  }
}

export class Semver {
  readonly parts: readonly [bigint, bigint, bigint]
  readonly pre: readonly string[]
  constructor(text: string) {
    const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text)
    if (!match) throw new CelError('No Major.Minor.Patch elements found')
    this.parts = [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), BigInt(match[3] ?? 0)]
    this.pre = match[4]?.split('.') ?? []
  }
  compare(other: Semver): number {
    for (const at of [0, 1, 2] as const)
      if (this.parts[at] !== other.parts[at]) return this.parts[at] < other.parts[at] ? -1 : 1
    if (this.pre.length === 0 || other.pre.length === 0) return other.pre.length - this.pre.length
    for (let at = 0; at < Math.max(this.pre.length, other.pre.length); at++) {
      const [a, b] = [this.pre[at], other.pre[at]]
      if (a === b) continue
      if (a === undefined) return -1
      if (b === undefined) return 1
      const numeric = /^\d+$/.test(a) && /^\d+$/.test(b)
      return (numeric ? Number(a) < Number(b) : a < b) ? -1 : 1
    }
    return 0
  }
}
