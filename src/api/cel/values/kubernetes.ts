// Values that Kubernetes adds to CEL.
import {BlockList, isIP, isIPv6} from 'node:net'
import {compareQuantities} from '../../meta/quantity.ts'
import {CelError} from './numbers.ts'

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
    if (text.includes('%')) throw new CelError(`IP address "${text}" with zone value is not allowed`)
    if (isIP(text) === 0)
      throw new CelError(
        `IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`,
      )
    if (/^::ffff:\d+\.\d+/i.test(text))
      throw new CelError(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`)
    this.text = text
  }
  get family(): bigint {
    return isIPv6(this.text) ? 6n : 4n
  }
  /** One way to write it. */
  get canonical(): string {
    return this.family === 4n ? this.text : new URL(`http://[${this.text}]`).hostname.slice(1, -1)
  }
  isIn(...ranges: readonly (readonly [string, number])[]): boolean {
    const list = new BlockList()
    for (const [address, prefix] of ranges) list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4')
    return list.check(this.text, this.family === 6n ? 'ipv6' : 'ipv4')
  }
}

export class Cidr {
  readonly ip: Ip
  readonly prefix: bigint
  constructor(text: string) {
    const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text)
    const limit = match && isIPv6(match[1] ?? '') ? 128 : 32
    if (!match || isIP(match[1] ?? '') === 0 || Number(match[2]) > limit)
      throw new CelError(
        `CIDR ${JSON.stringify(text)} parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): no '/'`,
      )
    this.ip = new Ip(match[1] ?? '')
    this.prefix = BigInt(match[2] ?? 0)
  }
  contains(ip: Ip): boolean {
    return ip.family === this.ip.family && ip.isIn([this.ip.text, Number(this.prefix)])
  }
  containsCidr(other: Cidr): boolean {
    return other.prefix >= this.prefix && this.contains(other.ip)
  }
  /** With the bits after the prefix cleared. */
  get masked(): Cidr {
    const width = this.ip.family === 4n ? 32n : 128n
    const bits = bitsOf(this.ip)
    return new Cidr(
      `${addressOf((bits >> (width - this.prefix)) << (width - this.prefix), this.ip.family)}/${this.prefix}`,
    )
  }
  toString(): string {
    return `${this.ip.canonical}/${this.prefix}`
  }
}

const groupsOf = (text: string): string[] => {
  const [head = '', tail] = text.split('::')
  const parts = (side: string): string[] => (side === '' ? [] : side.split(':'))
  if (tail === undefined) return parts(head)
  const missing = 8 - parts(head).length - parts(tail).length
  return [...parts(head), ...Array<string>(missing).fill('0'), ...parts(tail)]
}

const bitsOf = (ip: Ip): bigint =>
  ip.family === 4n
    ? ip.text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n)
    : groupsOf(ip.canonical).reduce((bits, part) => (bits << 16n) | BigInt(`0x${part}`), 0n)

const addressOf = (bits: bigint, family: bigint): string => {
  if (family === 4n) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.')
  const groups = [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((bits >> shift) & 0xffffn).toString(16))
  return new Ip(groups.join(':')).canonical
}

export class Url {
  readonly url: URL
  /** As it was written: the path is not made regular. */
  readonly text: string
  constructor(text: string) {
    const isAbsolute = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(text)
    if (!(isAbsolute ? URL.canParse(text) : text.startsWith('/')) || /[\s\u0000-\u001f]/.test(text))
      throw new CelError(
        `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
      )
    this.text = text
    this.url = new URL(text, 'none://')
  }
  get isAbsolute(): boolean {
    return !this.text.startsWith('/')
  }
  get path(): string {
    return /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)/.exec(this.text)?.[1] ?? ''
  }
  /** Name or address with its port. */
  get host(): string {
    return this.isAbsolute ? (/^[^:]*:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(this.text)?.[1] ?? '') : ''
  }
  get port(): string {
    return /:(\d+)$/.exec(this.host)?.[1] ?? ''
  }
  get hostname(): string {
    return this.host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  }
}

const numeric = '(0|[1-9]\\d*)'
const strict = new RegExp(`^${numeric}\\.${numeric}\\.${numeric}(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?$`)

/** What is often written for a version: a `v` before it, parts left out, zeros before numbers. */
const normalized = (text: string): string => {
  const [, numbers = '', rest = ''] = /^v?([\d.]+)(.*)$/.exec(text) ?? [undefined, text]
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''))
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest
}

export class Semver {
  readonly parts: readonly [bigint, bigint, bigint]
  readonly pre: readonly string[]
  constructor(written: string, isLoose = false) {
    const text = isLoose ? normalized(written) : written
    const match = strict.exec(text)
    if (!match)
      throw new CelError(
        text.split('.').length < 3
          ? 'No Major.Minor.Patch elements found'
          : `Invalid character(s) found in version ${JSON.stringify(text)}`,
      )
    this.parts = [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), BigInt(match[3] ?? 0)]
    this.pre = match[4]?.split('.') ?? []
  }
  compare(other: Semver): number {
    for (const at of [0, 1, 2] as const)
      if (this.parts[at] !== other.parts[at]) return this.parts[at] < other.parts[at] ? -1 : 1
    if (this.pre.length === 0 || other.pre.length === 0) return Math.sign(other.pre.length - this.pre.length)
    for (let at = 0; at < Math.max(this.pre.length, other.pre.length); at++) {
      const [a, b] = [this.pre[at], other.pre[at]]
      if (a === b) continue
      if (a === undefined) return -1
      if (b === undefined) return 1
      const areNumbers = /^\d+$/.test(a) && /^\d+$/.test(b)
      return (areNumbers ? Number(a) < Number(b) : a < b) ? -1 : 1
    }
    return 0
  }
}

/** A format of names, times and the like. */
export class NamedFormat {
  readonly name: string
  readonly complaints: (text: string) => readonly string[]
  constructor(name: string, complaints: (text: string) => readonly string[]) {
    this.name = name
    this.complaints = complaints
  }
}
