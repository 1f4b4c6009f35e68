// Which type a value has at run time.

import {Check} from '../functions/authorizer.ts'
import type {Type, TypeKind} from '../language/type.ts'
import {Cidr, Ip, NamedFormat, Quantity, Semver, Url} from './kubernetes.ts'
import {isMap} from './maps.ts'
import {Uint} from './numbers.ts'
import {Optional} from './optional.ts'
import {Duration, Timestamp} from './time.ts'

/** What `type(x)` is, and names of types are. */
export class TypeValue {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const classes: Readonly<Record<string, abstract new (...args: never[]) => unknown>> = {
  optional_type: Optional,
  'kubernetes.Quantity': Quantity,
  'kubernetes.URL': Url,
  'kubernetes.Semver': Semver,
  'kubernetes.NamedFormat': NamedFormat,
  'net.IP': Ip,
  'net.CIDR': Cidr,
  'kubernetes.authorization.Authorizer': Check,
  'kubernetes.authorization.PathCheck': Check,
  'kubernetes.authorization.GroupCheck': Check,
  'kubernetes.authorization.ResourceCheck': Check,
}

const isOpaque = (value: unknown, name: string): boolean => {
  const type = classes[name]
  return type ? value instanceof type : typeof value === 'object' && value !== null
}

const tests: Readonly<Record<Exclude<TypeKind, 'opaque'>, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean',
  bytes: (value) => value instanceof Uint8Array,
  double: (value) => typeof value === 'number',
  duration: (value) => value instanceof Duration,
  dyn: () => true,
  error: () => false,
  int: (value) => typeof value === 'bigint',
  list: Array.isArray,
  map: isMap,
  null: (value) => value === null,
  param: () => true,
  string: (value) => typeof value === 'string',
  struct: isMap,
  timestamp: (value) => value instanceof Timestamp,
  type: (value) => value instanceof TypeValue,
  uint: (value) => value instanceof Uint,
}

export const hasType = (value: unknown, type: Type): boolean =>
  type.kind === 'opaque' ? isOpaque(value, type.name) : tests[type.kind](value)

const names: readonly (readonly [Exclude<TypeKind, 'opaque'>, string])[] = [
  ['bool', 'bool'],
  ['bytes', 'bytes'],
  ['double', 'double'],
  ['int', 'int'],
  ['string', 'string'],
  ['null', 'null_type'],
  ['list', 'list'],
  ['uint', 'uint'],
  ['timestamp', 'google.protobuf.Timestamp'],
  ['duration', 'google.protobuf.Duration'],
  ['type', 'type'],
]

export const typeOfValue = (value: unknown): TypeValue => {
  const basic = names.find(([kind]) => tests[kind](value))
  if (basic) return new TypeValue(basic[1])
  const opaque = Object.entries(classes).find(([, type]) => value instanceof type)
  return new TypeValue(opaque?.[0] ?? 'map')
}
