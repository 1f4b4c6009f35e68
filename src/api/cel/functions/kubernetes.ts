// What Kubernetes adds: quantities, addresses, URLs, versions, formats, keys of JSON patches.
import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  subtractQuantities,
  tryParseQuantity,
} from '../../meta/quantity.ts'
import {declare, type FunctionDecl} from '../language/environment.ts'
import {Cidr, Ip, Quantity, Semver, Url} from '../values/kubernetes.ts'
import {MadeMap} from '../values/maps.ts'
import {CelError} from '../values/numbers.ts'

const succeeds = (make: () => unknown): boolean => {
  try {
    make()
    return true
  } catch (error) {
    if (error instanceof CelError) return false
    throw error
  }
}

const isQuantity = (text: string): boolean => !('problem' in tryParseQuantity(text))

const quantity = (text: string): Quantity => {
  if (!isQuantity(text))
    throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
  return new Quantity(text)
}

const nano = 1_000_000_000n
const nanosOf = ({text}: Quantity): bigint => parseQuantity(text).nanos
const whole = (value: Quantity): bigint => {
  if (nanosOf(value) % nano !== 0n) throw new CelError('cannot convert value to integer')
  return nanosOf(value) / nano
}
const asQuantity = (amount: bigint): Quantity => new Quantity(String(amount))
const plus = (a: Quantity, b: Quantity): Quantity => new Quantity(formatQuantity(addQuantities(a.text, b.text)))
const minus = (a: Quantity, b: Quantity): Quantity => new Quantity(formatQuantity(subtractQuantities(a.text, b.text)))

const Q = 'kubernetes.Quantity'

const quantities: readonly FunctionDecl[] = [
  declare('quantity', {string_to_quantity: [`(string) -> ${Q}`, quantity]}),
  declare('isQuantity', {is_quantity_string: ['(string) -> bool', isQuantity]}),
  declare('sign', {quantity_sign: [`${Q}.() -> int`, (a: Quantity) => BigInt(a.compare(new Quantity('0')))]}),
  declare('isInteger', {quantity_is_integer: [`${Q}.() -> bool`, (a: Quantity) => nanosOf(a) % nano === 0n]}),
  declare('asInteger', {quantity_as_integer: [`${Q}.() -> int`, whole]}),
  declare('asApproximateFloat', {
    quantity_get_float: [`${Q}.() -> double`, (a: Quantity) => Number(nanosOf(a)) / Number(nano)],
  }),
  declare('add', {
    quantity_add: [`${Q}.(${Q}) -> ${Q}`, plus],
    quantity_add_int: [`${Q}.(int) -> ${Q}`, (a: Quantity, b: bigint) => plus(a, asQuantity(b))],
  }),
  declare('sub', {
    quantity_sub: [`${Q}.(${Q}) -> ${Q}`, minus],
    quantity_sub_int: [`${Q}.(int) -> ${Q}`, (a: Quantity, b: bigint) => minus(a, asQuantity(b))],
  }),
]

interface Ordered {
  compare(other: never): number
}

const ordered: readonly FunctionDecl[] = [
  ['isLessThan', 'bool', (order: number) => order < 0] as const,
  ['isGreaterThan', 'bool', (order: number) => order > 0] as const,
  ['compareTo', 'int', (order: number) => BigInt(order)] as const,
].map(([name, result, of]) => {
  const run = (a: Ordered, b: never): unknown => of(a.compare(b))
  return declare(name, {
    [`quantity_${name}`]: [`${Q}.(${Q}) -> ${result}`, run],
    [`semver_${name}`]: [`kubernetes.Semver.(kubernetes.Semver) -> ${result}`, run],
  })
})

const queryOf = ({url}: Url): MadeMap =>
  new MadeMap([...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)] as const))

const U = 'kubernetes.URL'

const urls: readonly FunctionDecl[] = [
  declare('url', {string_to_url: [`(string) -> ${U}`, (text: string) => new Url(text)]}),
  declare('isURL', {is_url_string: ['(string) -> bool', (text: string) => succeeds(() => new Url(text))]}),
  declare('getScheme', {
    url_get_scheme: [`${U}.() -> string`, (a: Url) => (a.isAbsolute ? a.url.protocol.slice(0, -1) : '')],
  }),
  declare('getHost', {url_get_host: [`${U}.() -> string`, ({host}: Url) => host]}),
  declare('getHostname', {url_get_hostname: [`${U}.() -> string`, ({hostname}: Url) => hostname]}),
  declare('getPort', {url_get_port: [`${U}.() -> string`, ({port}: Url) => port]}),
  declare('getEscapedPath', {url_get_escaped_path: [`${U}.() -> string`, ({path}: Url) => path]}),
  declare('getQuery', {url_get_query: [`${U}.() -> map(string, list(string))`, queryOf]}),
]

const isCanonical = (text: string): boolean => new Ip(text).canonical === text

const I = 'net.IP'
const C = 'net.CIDR'

const addresses: readonly FunctionDecl[] = [
  declare('ip', {
    string_to_ip: [`(string) -> ${I}`, (text: string) => new Ip(text)],
    cidr_to_ip: [`${C}.() -> ${I}`, ({ip}: Cidr) => ip],
  }),
  declare('isIP', {is_ip: ['(string) -> bool', (text: string) => succeeds(() => new Ip(text))]}),
  declare('ip.isCanonical', {ip_is_canonical: ['(string) -> bool', isCanonical]}),
  declare('family', {ip_family: [`${I}.() -> int`, ({family}: Ip) => family]}),
  declare('isUnspecified', {ip_is_unspecified: [`${I}.() -> bool`, (ip: Ip) => ip.isIn(['0.0.0.0', 32], ['::', 128])]}),
  declare('isLoopback', {ip_is_loopback: [`${I}.() -> bool`, (ip: Ip) => ip.isIn(['127.0.0.0', 8], ['::1', 128])]}),
  declare('isLinkLocalMulticast', {
    ip_is_link_local_multicast: [`${I}.() -> bool`, (ip: Ip) => ip.isIn(['224.0.0.0', 24], ['ff02::', 16])],
  }),
  declare('isLinkLocalUnicast', {
    ip_is_link_local_unicast: [`${I}.() -> bool`, (ip: Ip) => ip.isIn(['169.254.0.0', 16], ['fe80::', 10])],
  }),
  declare('isGlobalUnicast', {
    ip_is_global_unicast: [
      `${I}.() -> bool`,
      (ip: Ip) =>
        !ip.isIn(
          ['0.0.0.0', 32],
          ['127.0.0.0', 8],
          ['169.254.0.0', 16],
          ['224.0.0.0', 4],
          ['255.255.255.255', 32],
          ['::', 128],
          ['::1', 128],
          ['fe80::', 10],
          ['ff00::', 8],
        ),
    ],
  }),
  declare('cidr', {string_to_cidr: [`(string) -> ${C}`, (text: string) => new Cidr(text)]}),
  declare('isCIDR', {is_cidr: ['(string) -> bool', (text: string) => succeeds(() => new Cidr(text))]}),
  declare('containsIP', {
    cidr_contains_ip_string: [`${C}.(string) -> bool`, (cidr: Cidr, text: string) => cidr.contains(new Ip(text))],
    cidr_contains_ip_ip: [`${C}.(${I}) -> bool`, (cidr: Cidr, ip: Ip) => cidr.contains(ip)],
  }),
  declare('containsCIDR', {
    cidr_contains_cidr_string: [
      `${C}.(string) -> bool`,
      (cidr: Cidr, text: string) => cidr.containsCidr(new Cidr(text)),
    ],
    cidr_contains_cidr: [`${C}.(${C}) -> bool`, (cidr: Cidr, other: Cidr) => cidr.containsCidr(other)],
  }),
  declare('prefixLength', {cidr_prefix_length: [`${C}.() -> int`, ({prefix}: Cidr) => prefix]}),
  declare('masked', {cidr_masked: [`${C}.() -> ${C}`, ({masked}: Cidr) => masked]}),
]

const S = 'kubernetes.Semver'

const versions: readonly FunctionDecl[] = [
  declare('semver', {
    string_to_semver: [`(string) -> ${S}`, (text: string) => new Semver(text)],
    string_bool_to_semver: [`(string, bool) -> ${S}`, (text: string, isLoose: boolean) => new Semver(text, isLoose)],
  }),
  declare('isSemver', {
    is_semver_string: ['(string) -> bool', (text: string) => succeeds(() => new Semver(text))],
    is_semver_string_bool: [
      '(string, bool) -> bool',
      (text: string, isLoose: boolean) => succeeds(() => new Semver(text, isLoose)),
    ],
  }),
  declare('major', {semver_major: [`${S}.() -> int`, ({parts}: Semver) => parts[0]]}),
  declare('minor', {semver_minor: [`${S}.() -> int`, ({parts}: Semver) => parts[1]]}),
  declare('patch', {semver_patch: [`${S}.() -> int`, ({parts}: Semver) => parts[2]]}),
]

const patches: readonly FunctionDecl[] = [
  declare('jsonpatch.escapeKey', {
    string_jsonpatch_escapeKey_string: [
      '(string) -> string',
      (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1'),
    ],
  }),
]

export const kubernetes: readonly FunctionDecl[] = [
  ...quantities,
  ...ordered,
  ...urls,
  ...addresses,
  ...versions,
  ...patches,
]
