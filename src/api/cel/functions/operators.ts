// The operators and conversions of the language itself.
import {declare, type FunctionDecl, type Signatures} from '../language/environment.ts'
import {compare, equal} from '../values/compare.ts'
import {type CelList, joinLists} from '../values/lists.ts'
import {type CelMap, entriesOf, isMap, MadeMap} from '../values/maps.ts'
import {CelError, intOf, Uint, uintOf} from '../values/numbers.ts'
import {Duration, parseDuration, parseTimestamp, Timestamp} from '../values/time.ts'

type Numeric = bigint | number | Uint

const byZero = (what: string): never => {
  throw new CelError(what)
}

const ints = (operation: (a: bigint, b: bigint) => bigint) => (a: bigint, b: bigint) => intOf(operation(a, b))
const uints = (operation: (a: bigint, b: bigint) => bigint) => (a: Uint, b: Uint) => uintOf(operation(a.value, b.value))
const divide = (a: bigint, b: bigint): bigint => (b === 0n ? byZero('division by zero') : a / b)
const modulo = (a: bigint, b: bigint): bigint => (b === 0n ? byZero('modulus by zero') : a % b)

const arithmetic: readonly FunctionDecl[] = [
  declare('_+_', {
    add_bytes: ['(bytes, bytes) -> bytes', (a: Uint8Array, b: Uint8Array) => new Uint8Array(Buffer.concat([a, b]))],
    add_double: ['(double, double) -> double', (a: number, b: number) => a + b],
    add_duration_duration: [
      '(duration, duration) -> duration',
      (a: Duration, b: Duration) => new Duration(intOf(a.nanos + b.nanos)),
    ],
    add_duration_timestamp: [
      '(duration, timestamp) -> timestamp',
      (a: Duration, b: Timestamp) => new Timestamp(a.nanos + b.nanos),
    ],
    add_timestamp_duration: [
      '(timestamp, duration) -> timestamp',
      (a: Timestamp, b: Duration) => new Timestamp(a.nanos + b.nanos),
    ],
    add_int64: ['(int, int) -> int', ints((a, b) => a + b)],
    add_list: ['(list(A), list(A)) -> list(A)', (a: CelList, b: CelList) => joinLists(a, b, equal)],
    add_string: ['(string, string) -> string', (a: string, b: string) => a + b],
    add_uint64: ['(uint, uint) -> uint', uints((a, b) => a + b)],
  }),
  declare('_-_', {
    subtract_double: ['(double, double) -> double', (a: number, b: number) => a - b],
    subtract_duration_duration: [
      '(duration, duration) -> duration',
      (a: Duration, b: Duration) => new Duration(intOf(a.nanos - b.nanos)),
    ],
    subtract_int64: ['(int, int) -> int', ints((a, b) => a - b)],
    subtract_timestamp_duration: [
      '(timestamp, duration) -> timestamp',
      (a: Timestamp, b: Duration) => new Timestamp(a.nanos - b.nanos),
    ],
    subtract_timestamp_timestamp: [
      '(timestamp, timestamp) -> duration',
      (a: Timestamp, b: Timestamp) => new Duration(intOf(a.nanos - b.nanos)),
    ],
    subtract_uint64: ['(uint, uint) -> uint', uints((a, b) => a - b)],
  }),
  declare('_*_', {
    multiply_double: ['(double, double) -> double', (a: number, b: number) => a * b],
    multiply_int64: ['(int, int) -> int', ints((a, b) => a * b)],
    multiply_uint64: ['(uint, uint) -> uint', uints((a, b) => a * b)],
  }),
  declare('_/_', {
    divide_double: ['(double, double) -> double', (a: number, b: number) => a / b],
    divide_int64: ['(int, int) -> int', ints(divide)],
    divide_uint64: ['(uint, uint) -> uint', uints(divide)],
  }),
  declare('_%_', {
    modulo_int64: ['(int, int) -> int', ints(modulo)],
    modulo_uint64: ['(uint, uint) -> uint', uints(modulo)],
  }),
  declare('-_', {
    negate_double: ['(double) -> double', (a: number) => -a],
    negate_int64: ['(int) -> int', (a: bigint) => intOf(-a)],
  }),
]

/** What can be put in order. */
const orderedTypes = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'] as const
const mixedNumbers = [
  ['int', 'double'],
  ['int', 'uint'],
  ['uint', 'double'],
  ['uint', 'int'],
  ['double', 'int'],
  ['double', 'uint'],
] as const
const longNames: Readonly<Record<string, string>> = {int: 'int64', uint: 'uint64'}
const longName = (type: string): string => longNames[type] ?? type

const relation = (name: string, prefix: string, holds: (order: number) => boolean): FunctionDecl => {
  const run = (a: unknown, b: unknown): boolean => holds(compare(a, b))
  const signatures: Record<string, Signatures[string]> = {}
  for (const type of orderedTypes) signatures[`${prefix}_${longName(type)}`] = [`(${type}, ${type}) -> bool`, run]
  for (const [a, b] of mixedNumbers)
    signatures[`${prefix}_${longName(a)}_${longName(b)}`] = [`(${a}, ${b}) -> bool`, run]
  return declare(name, signatures)
}

const relations: readonly FunctionDecl[] = [
  relation('_<_', 'less', (order) => order < 0),
  relation('_<=_', 'less_equals', (order) => order <= 0),
  relation('_>_', 'greater', (order) => order > 0),
  relation('_>=_', 'greater_equals', (order) => order >= 0),
  declare('_==_', {equals: ['(A, A) -> bool', equal]}),
  declare('_!=_', {not_equals: ['(A, A) -> bool', (a: unknown, b: unknown) => !equal(a, b)]}),
  declare('@in', {
    in_list: ['(A, list(A)) -> bool', (item: unknown, list: CelList) => list.some((other) => equal(item, other))],
    in_map: ['(A, map(A, B)) -> bool', (key: unknown, map: CelMap) => map.has(key)],
  }),
]

const elementAt = (list: CelList, index: unknown): unknown => {
  const at = index instanceof Uint ? index.value : index
  if (typeof at === 'number' && !Number.isInteger(at)) throw new CelError(`unsupported index value ${at}`)
  const position = Number(at)
  if (position < 0 || position >= list.length) throw new CelError(`index out of bounds: ${at}`)
  return list[position]
}

export const shownKey = (key: unknown): string => (key instanceof Uint ? String(key.value) : String(key))

const valueAt = (map: CelMap, key: unknown): unknown => {
  if (!map.has(key)) throw new CelError(`no such key: ${shownKey(key)}`)
  return map.get(key)
}

/** Those the planner runs itself, because they do not need all of their arguments, have no code here. */
const special = (): never => {
  throw new CelError('no such overload')
}

const others: readonly FunctionDecl[] = [
  declare('_&&_', {logical_and: ['(bool, bool) -> bool', special]}),
  declare('_||_', {logical_or: ['(bool, bool) -> bool', special]}),
  declare('_?_:_', {conditional: ['(bool, A, A) -> A', special]}),
  declare('@not_strictly_false', {not_strictly_false: ['(bool) -> bool', special]}),
  declare('!_', {logical_not: ['(bool) -> bool', (a: boolean) => !a]}),
  declare('_[_]', {
    index_list: ['(list(A), int) -> A', elementAt],
    index_map: ['(map(A, B), A) -> B', valueAt],
    optional_list_index_int: ['(optional(list(A)), int) -> optional(A)', special],
    optional_map_index_value: ['(optional(map(A, B)), A) -> optional(B)', special],
  }),
  declare('_[?_]', {
    list_optindex_optional_int: ['(list(A), int) -> optional(A)', special],
    map_optindex_optional_value: ['(map(A, B), A) -> optional(B)', special],
    optional_list_optindex_optional_int: ['(optional(list(A)), int) -> optional(A)', special],
    optional_map_optindex_optional_value: ['(optional(map(A, B)), A) -> optional(B)', special],
  }),
  declare('cel.@mapInsert', {
    '@mapInsert_map_key_value': [
      '(map(A, B), A, B) -> map(A, B)',
      (map: CelMap, key: unknown, value: unknown) => inserted(map, [[key, value]]),
    ],
    '@mapInsert_map_map': [
      '(map(A, B), map(A, B)) -> map(A, B)',
      (map: CelMap, more: CelMap) => inserted(map, entriesOf(more)),
    ],
  }),
]

const inserted = (map: CelMap, more: Iterable<readonly [unknown, unknown]>): CelMap => {
  const added = [...more]
  for (const [key] of added) if (map.has(key)) throw new CelError(`insert failed: key ${shownKey(key)} already exists`)
  return new MadeMap([...entriesOf(map), ...added])
}

const sizeOf = (value: unknown): bigint => {
  if (typeof value === 'string') return BigInt([...value].length)
  if (isMap(value)) return BigInt(value.size)
  return BigInt((value as {readonly length: number}).length)
}

const asInt = (value: Numeric): bigint => {
  if (value instanceof Uint) return intOf(value.value)
  if (typeof value === 'bigint') return value
  return Number.isFinite(value) ? intOf(BigInt(Math.trunc(value))) : byZero('integer overflow')
}

const asUint = (value: Numeric): Uint =>
  value instanceof Uint ? value : uintOf(typeof value === 'bigint' ? value : BigInt(Math.trunc(value)))

const parsed = (text: string, kind: string): bigint => {
  const go = kind === 'int' ? 'ParseInt' : 'ParseUint'
  if (!/^[-+]?\d+$/.test(text)) throw new CelError(`strconv.${go}: parsing ${JSON.stringify(text)}: invalid syntax`)
  return BigInt(text)
}

const asDouble = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value))
    throw new CelError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`)
  return value
}

export const showNumber = (value: Numeric): string => (value instanceof Uint ? String(value.value) : String(value))

const asBool = (text: string): boolean => {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false
  throw new CelError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`)
}

const same = <T>(value: T): T => value

const conversions: readonly FunctionDecl[] = [
  declare('size', {
    size_bytes: ['(bytes) -> int', sizeOf],
    bytes_size: ['bytes.() -> int', sizeOf],
    size_list: ['(list(A)) -> int', sizeOf],
    list_size: ['list(A).() -> int', sizeOf],
    size_map: ['(map(A, B)) -> int', sizeOf],
    map_size: ['map(A, B).() -> int', sizeOf],
    size_string: ['(string) -> int', sizeOf],
    string_size: ['string.() -> int', sizeOf],
  }),
  declare('bool', {bool_to_bool: ['(bool) -> bool', same], string_to_bool: ['(string) -> bool', asBool]}),
  declare('bytes', {
    bytes_to_bytes: ['(bytes) -> bytes', same],
    string_to_bytes: ['(string) -> bytes', (text: string) => new Uint8Array(Buffer.from(text))],
  }),
  declare('double', {
    double_to_double: ['(double) -> double', same],
    int64_to_double: ['(int) -> double', Number],
    string_to_double: ['(string) -> double', asDouble],
    uint64_to_double: ['(uint) -> double', ({value}: Uint) => Number(value)],
  }),
  declare('duration', {
    duration_to_duration: ['(duration) -> duration', same],
    int64_to_duration: ['(int) -> duration', (nanos: bigint) => new Duration(nanos)],
    string_to_duration: ['(string) -> duration', parseDuration],
  }),
  declare('dyn', {to_dyn: ['(A) -> dyn', same]}),
  declare('int', {
    int64_to_int64: ['(int) -> int', same],
    double_to_int64: ['(double) -> int', asInt],
    duration_to_int64: ['(duration) -> int', ({nanos}: Duration) => nanos],
    string_to_int64: ['(string) -> int', (text: string) => intOf(parsed(text, 'int'))],
    timestamp_to_int64: ['(timestamp) -> int', ({date}: Timestamp) => BigInt(Math.floor(date.getTime() / 1000))],
    uint64_to_int64: ['(uint) -> int', asInt],
  }),
  declare('uint', {
    uint64_to_uint64: ['(uint) -> uint', same],
    double_to_uint64: ['(double) -> uint', asUint],
    int64_to_uint64: ['(int) -> uint', asUint],
    string_to_uint64: ['(string) -> uint', (text: string) => uintOf(parsed(text, 'uint'))],
  }),
  declare('string', {
    string_to_string: ['(string) -> string', same],
    bool_to_string: ['(bool) -> string', String],
    bytes_to_string: ['(bytes) -> string', (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')],
    double_to_string: ['(double) -> string', showNumber],
    duration_to_string: ['(duration) -> string', String],
    int64_to_string: ['(int) -> string', showNumber],
    timestamp_to_string: ['(timestamp) -> string', String],
    uint64_to_string: ['(uint) -> string', showNumber],
    to_string_ip: ['(net.IP) -> string', ({canonical}: {canonical: string}) => canonical],
    to_string_cidr: ['(net.CIDR) -> string', String],
  }),
  declare('timestamp', {
    timestamp_to_timestamp: ['(timestamp) -> timestamp', same],
    int64_to_timestamp: ['(int) -> timestamp', (seconds: bigint) => new Timestamp(seconds * 1_000_000_000n)],
    string_to_timestamp: ['(string) -> timestamp', parseTimestamp],
  }),
  declare('type', {type: ['(A) -> type', special]}),
]

export const operators: readonly FunctionDecl[] = [...arithmetic, ...relations, ...others, ...conversions]
