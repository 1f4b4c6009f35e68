// Kubernetes' function libraries: lists, regex, urls, quantity, ip, cidr, semver, sets, strings, format.
import type {Environment} from '@marcbachmann/cel-js'
import {userPattern} from '../../lib/user-pattern.ts'
import {deepEqual} from '../meta/equal.ts'
import {addQuantities, formatQuantity, parseQuantity, subtractQuantities, tryParseQuantity} from '../meta/quantity.ts'
import {hasFormat} from '../schema/formats.ts'
import {CelError, Cidr, Ip, Quantity, Semver, Url} from './types.ts'

type List = readonly unknown[]

const findAll = (text: string, source: string, limit: number): string[] => {
  const matcher = userPattern(source).matcher(text)
  const found: string[] = []
  while (found.length < limit && matcher.find()) found.push(matcher.group() ?? '')
  return found
}

const compare = (a: unknown, b: unknown): number => {
  if (a instanceof Quantity && b instanceof Quantity) return a.compare(b)
  return (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0
}

const has = (list: List, value: unknown): boolean => list.some((item) => deepEqual(item, value))

const succeeds = (make: () => unknown): boolean => {
  try {
    make()
    return true
  } catch (error) {
    if (error instanceof CelError) return false
    throw error
  }
}

const extreme = (list: List, sign: number): unknown => {
  if (list.length === 0) throw new CelError(sign < 0 ? 'min called on empty list' : 'max called on empty list')
  return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best))
}

const sum = (list: List): unknown =>
  list.length === 0 ? 0n : list.reduce((total, item) => (total as bigint) + (item as bigint))

const nano = 1_000_000_000n
const isQuantity = (text: string): boolean => !('problem' in tryParseQuantity(text))

const quantity = (text: string): Quantity => {
  if (!isQuantity(text))
    throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  return new Quantity(text)
}

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${shown(inner)}`)
      .join(', ')}}`
  return String(value)
}

const format = (template: string, values: List): string => {
  let next = 0
  return template.replace(/%(?:\.(\d+))?([%sdfexXob])/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (next >= values.length) throw new CelError(`index ${next} out of range`)
    const value = values[next++]
    if (verb === 'f') return Number(value).toFixed(Number(digits ?? 6))
    if (verb === 'e')
      return Number(value)
        .toExponential(Number(digits ?? 6))
        .replace(/e([+-])(\d)$/, 'e$10$2')
    if (verb === 'x' || verb === 'X') {
      const hex = typeof value === 'string' ? Buffer.from(value).toString('hex') : BigInt(value as bigint).toString(16)
      return verb === 'x' ? hex : hex.toUpperCase()
    }
    if (verb === 'o') return BigInt(value as bigint).toString(8)
    if (verb === 'b') return typeof value === 'boolean' ? String(Number(value)) : BigInt(value as bigint).toString(2)
    return shown(value)
  })
}

const strings: Readonly<Record<string, (...args: never[]) => unknown>> = {
  'string.matchesSafely(string): bool': (text: string, source: string) => userPattern(source).matcher(text).find(),
  'string.find(string): string': (text: string, source: string) => findAll(text, source, 1)[0] ?? '',
  'string.findAll(string): list<string>': (text: string, source: string) => findAll(text, source, Infinity),
  'string.findAll(string, int): list<string>': (text: string, source: string, limit: bigint) =>
    findAll(text, source, limit < 0n ? Infinity : Number(limit)),
  'string.replace(string, string): string': (text: string, from: string, to: string) => text.replaceAll(from, () => to),
  'string.replace(string, string, int): string': (text: string, from: string, to: string, limit: bigint) => {
    let left = limit < 0n ? Infinity : Number(limit)
    return text.replaceAll(from, (found) => (left-- > 0 ? to : found))
  },
  'string.charAt(int): string': (text: string, at: bigint) => [...text][Number(at)] ?? '',
  'string.reverse(): string': (text: string) => [...text].reverse().join(''),
  'string.format(list): string': format,
}

const lists: Readonly<Record<string, (...args: never[]) => unknown>> = {
  'list.sum(): dyn': sum,
  'list.min(): dyn': (list: List) => extreme(list, -1),
  'list.max(): dyn': (list: List) => extreme(list, 1),
  'list.isSorted(): bool': (list: List) => list.every((item, at) => at === 0 || compare(list[at - 1], item) <= 0),
  'list.indexOf(dyn): int': (list: List, value: unknown) => BigInt(list.findIndex((item) => deepEqual(item, value))),
  'list.lastIndexOf(dyn): int': (list: List, value: unknown) =>
    BigInt(list.findLastIndex((item) => deepEqual(item, value))),
  'list.distinct(): list': (list: List) =>
    list.filter((item, at) => list.findIndex((other) => deepEqual(item, other)) === at),
  'list.reverse(): list': (list: List) => [...list].reverse(),
  'list.sort(): list': (list: List) => [...list].sort(compare),
  'list.slice(int, int): list': (list: List, from: bigint, to: bigint) => list.slice(Number(from), Number(to)),
  'list.flatten(): list': (list: List) => list.flat(),
}

const values: Readonly<Record<string, (...args: never[]) => unknown>> = {
  'quantity(string): Quantity': quantity,
  'isQuantity(string): bool': isQuantity,
  'Quantity.isGreaterThan(Quantity): bool': (a: Quantity, b: Quantity) => a.compare(b) > 0,
  'Quantity.isLessThan(Quantity): bool': (a: Quantity, b: Quantity) => a.compare(b) < 0,
  'Quantity.compareTo(Quantity): int': (a: Quantity, b: Quantity) => BigInt(a.compare(b)),
  'Quantity.sign(): int': (a: Quantity) => BigInt(a.compare(new Quantity('0'))),
  'Quantity.isInteger(): bool': ({text}: Quantity) => parseQuantity(text).nanos % nano === 0n,
  'Quantity.asInteger(): int': ({text}: Quantity) => parseQuantity(text).nanos / nano,
  'Quantity.asApproximateFloat(): double': ({text}: Quantity) => Number(parseQuantity(text).nanos) / Number(nano),
  'Quantity.add(Quantity): Quantity': (a: Quantity, b: Quantity) =>
    new Quantity(formatQuantity(addQuantities(a.text, b.text))),
  'Quantity.sub(Quantity): Quantity': (a: Quantity, b: Quantity) =>
    new Quantity(formatQuantity(subtractQuantities(a.text, b.text))),
  'url(string): URL': (text: string) => new Url(text),
  'isURL(string): bool': (text: string) => URL.canParse(text),
  'URL.getScheme(): string': ({url}: Url) => url.protocol.replace(/:$/, ''),
  'URL.getHost(): string': ({url}: Url) => url.host,
  'URL.getHostname(): string': ({url}: Url) => url.hostname.replace(/^\[|\]$/g, ''),
  'URL.getPort(): string': ({url}: Url) => url.port,
  'URL.getEscapedPath(): string': ({url}: Url) => url.pathname,
  'URL.getQuery(): map': ({url}: Url) =>
    Object.fromEntries([...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)])),
  'ip(string): IP': (text: string) => new Ip(text),
  'isIP(string): bool': (text: string) => succeeds(() => new Ip(text)),
  'IP.family(): int': (ip: Ip) => ip.family,
  'IP.isLoopback(): bool': ({text}: Ip) => text === '::1' || text.startsWith('127.'),
  'IP.isUnspecified(): bool': ({text}: Ip) => text === '::' || text === '0.0.0.0',
  'cidr(string): CIDR': (text: string) => new Cidr(text),
  'isCIDR(string): bool': (text: string) => succeeds(() => new Cidr(text)),
  'CIDR.ip(): IP': (cidr: Cidr) => cidr.ip,
  'CIDR.prefixLength(): int': (cidr: Cidr) => cidr.prefix,
  'CIDR.containsIP(string): bool': (cidr: Cidr, text: string) => cidr.contains(text),
  'CIDR.containsIP(IP): bool': (cidr: Cidr, ip: Ip) => cidr.contains(ip.text),
  'semver(string): Semver': (text: string) => new Semver(text),
  'isSemver(string): bool': (text: string) => succeeds(() => new Semver(text)),
  'Semver.major(): int': ({parts}: Semver) => parts[0],
  'Semver.minor(): int': ({parts}: Semver) => parts[1],
  'Semver.patch(): int': ({parts}: Semver) => parts[2],
  'Semver.compareTo(Semver): int': (a: Semver, b: Semver) => BigInt(a.compare(b)),
  'Semver.isGreaterThan(Semver): bool': (a: Semver, b: Semver) => a.compare(b) > 0,
  'Semver.isLessThan(Semver): bool': (a: Semver, b: Semver) => a.compare(b) < 0,
}

class Named {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}
class SetsNamespace extends Named {}
class FormatNamespace extends Named {}
class PatchNamespace extends Named {}

/** A format of Kubernetes by name. */
class Format {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const dnsLabelText = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  dns1123Label: (text) => dnsLabelText.test(text),
  dns1123Subdomain: (text) => text.length <= 253 && text.split('.').every((part) => dnsLabelText.test(part)),
  dns1035Label: (text) => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text),
  labelValue: (text) => /^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/.test(text),
  qualifiedName: (text) => /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text),
  uri: (text) => hasFormat(text, 'uri'),
  uuid: (text) => hasFormat(text, 'uuid'),
  byte: (text) => hasFormat(text, 'byte'),
  date: (text) => hasFormat(text, 'date'),
  datetime: (text) => hasFormat(text, 'date-time'),
}

export const addLibraries = (env: Environment): void => {
  for (const [name, type] of [
    ['Quantity', Quantity],
    ['URL', Url],
    ['IP', Ip],
    ['CIDR', Cidr],
    ['Semver', Semver],
  ] as const)
    env.registerType(name, {ctor: type, fields: {}})
  env.registerType('SetsNamespace', {ctor: SetsNamespace, fields: {}})
  env.registerType('FormatNamespace', {ctor: FormatNamespace, fields: {}})
  env.registerType('PatchNamespace', {ctor: PatchNamespace, fields: {}})
  env.registerType('Format', {ctor: Format, fields: {}})
  env.registerConstant('sets', 'SetsNamespace', new SetsNamespace('sets'))
  env.registerConstant('format', 'FormatNamespace', new FormatNamespace('format'))
  env.registerConstant('jsonpatch', 'PatchNamespace', new PatchNamespace('jsonpatch'))
  const all = {...strings, ...lists, ...values}
  for (const [signature, handler] of Object.entries(all)) env.registerFunction(signature, handler as never)
  const functions: Record<string, (...args: never[]) => unknown> = {
    'SetsNamespace.contains(list, list): bool': (_: unknown, a: List, b: List) => b.every((item) => has(a, item)),
    'SetsNamespace.intersects(list, list): bool': (_: unknown, a: List, b: List) => a.some((item) => has(b, item)),
    'SetsNamespace.equivalent(list, list): bool': (_: unknown, a: List, b: List) =>
      a.every((item) => has(b, item)) && b.every((item) => has(a, item)),
    'PatchNamespace.escapeKey(string): string': (_: unknown, key: string) =>
      key.replaceAll('~', '~0').replaceAll('/', '~1'),
    'Format.validate(string): dyn': ({name}: Format, text: string) =>
      formats[name]?.(text) ? null : [`must be a valid ${name}`],
  }
  for (const name of Object.keys(formats)) functions[`FormatNamespace.${name}(): Format`] = () => new Format(name)
  for (const [signature, handler] of Object.entries(functions)) env.registerFunction(signature, handler as never)
}
