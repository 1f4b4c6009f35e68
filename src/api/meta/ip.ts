// IP addresses and ranges: parsing, families, membership.
import {isIPv4, isIPv6} from 'node:net'

export type IpFamily = 'IPv4' | 'IPv6'

export const familyOf = (address: string): IpFamily | undefined => {
  if (isIPv4(address)) return 'IPv4'
  return isIPv6(address) && !address.includes('%') ? 'IPv6' : undefined
}

const groupsOf = (part: string): number[] =>
  part === ''
    ? []
    : part.split(':').flatMap((group) => {
        if (!group.includes('.')) return [Number.parseInt(group, 16)]
        const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
        return [a * 256 + b, c * 256 + d]
      })

/** The address as a number; undefined when it is none. */
export const addressNumber = (address: string): bigint | undefined => {
  const family = familyOf(address)
  if (family === undefined) return undefined
  if (family === 'IPv4') return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
  const [head = '', tail] = address.split('::')
  const before = groupsOf(head)
  const after = tail === undefined ? [] : groupsOf(tail)
  const zeros = Array.from({length: 8 - before.length - after.length}, () => 0)
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65536n + BigInt(group), 0n)
}

export const addressText = (value: bigint, family: IpFamily): string => {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')
  const groups = Array.from({length: 8}, (_, index) => ((value >> BigInt(16 * (7 - index))) & 65535n).toString(16))
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)
  const run = runs[0]
  if (run === undefined) return groups.join(':')
  const text = groups.join(':')
  return `${text.slice(0, run.index)}::${text.slice(run.index + run[0].length + 1)}`
}

export interface Cidr {
  readonly family: IpFamily
  readonly prefixLength: number
  /** The first address of the range, host bits cleared. */
  readonly first: bigint
  readonly size: bigint
  /** The address was given with host bits set. */
  readonly hasHostBits: boolean
}

export const parseCidr = (text: string): Cidr | undefined => {
  const slash = text.indexOf('/')
  const address = text.slice(0, Math.max(slash, 0))
  const family = familyOf(address)
  const length = text.slice(slash + 1)
  if (slash < 0 || family === undefined || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined
  const bits = family === 'IPv4' ? 32 : 128
  const prefixLength = Number(length)
  if (prefixLength > bits) return undefined
  const size = 1n << BigInt(bits - prefixLength)
  const value = addressNumber(address) ?? 0n
  const first = (value / size) * size
  return {family, prefixLength, first, size, hasHostBits: first !== value}
}

export const cidrContains = (cidr: Cidr, address: string): boolean => {
  const value = addressNumber(address)
  return (
    familyOf(address) === cidr.family && value !== undefined && value >= cidr.first && value < cidr.first + cidr.size
  )
}

export const badIp = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
export const badCidr = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

/** The part of a range that is `index` parts of this length behind its beginning; undefined: it is not that large. */
export const partOf = (cidr: Cidr, prefixLength: number, index: number): string | undefined => {
  const length = Math.max(prefixLength, cidr.prefixLength)
  const size = 1n << BigInt((cidr.family === 'IPv4' ? 32 : 128) - length)
  const offset = size * BigInt(index)
  return offset < cidr.size ? `${addressText(cidr.first + offset, cidr.family)}/${length}` : undefined
}

/** How long the ranges of single nodes are. */
export const nodePrefix = {IPv4: 24, IPv6: 64} as const
