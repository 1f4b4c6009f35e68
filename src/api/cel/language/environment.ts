// What expressions may name: variables, functions, types.
import {mapType, splitTypes, type Type, typeFrom, types} from './type.ts'

export interface Overload {
  readonly id: string
  readonly params: readonly Type[]
  readonly result: Type
  /** Called on its first argument: `a.f(b)`. */
  readonly isMember: boolean
  readonly run: (...args: never[]) => unknown
}

export interface FunctionDecl {
  readonly name: string
  readonly overloads: readonly Overload[]
}

export type Signatures = Readonly<Record<string, readonly [string, (...args: never[]) => unknown]>>

const overloadOf = (id: string, signature: string, run: Overload['run']): Overload => {
  const [call = '', result = ''] = signature.split(' -> ')
  const dot = call.indexOf('.(')
  const isMember = dot >= 0
  const params = call.slice(isMember ? dot + 2 : 1, -1)
  return {
    id,
    params: [...(isMember ? [call.slice(0, dot)] : []), ...splitTypes(params)].map(typeFrom),
    result: typeFrom(result),
    isMember,
    run,
  }
}

/** `{size_string: ['(string) -> int', run], string_size: ['string.() -> int', run]}` */
export const declare = (name: string, signatures: Signatures): FunctionDecl => ({
  name,
  overloads: Object.entries(signatures).map(([id, [signature, run]]) => overloadOf(id, signature, run)),
})

export interface Environment {
  readonly variables: ReadonlyMap<string, Type>
  readonly functions: ReadonlyMap<string, FunctionDecl>
  /** Names of types are values too. */
  readonly typeNames: ReadonlyMap<string, Type>
  /** Types that expressions may make: `Object{...}`. */
  readonly struct: (name: string) => Type | undefined
}

/** Overloads of one name may come from several libraries. */
export const functionTable = (libraries: readonly (readonly FunctionDecl[])[]): ReadonlyMap<string, FunctionDecl> => {
  const table = new Map<string, FunctionDecl>()
  for (const {name, overloads} of libraries.flat()) {
    const known = table.get(name)
    table.set(name, {name, overloads: [...(known?.overloads ?? []), ...overloads]})
  }
  return table
}

const typeOf = (type: Type): Type => ({...types.type, params: [type]})

export const typeNames: ReadonlyMap<string, Type> = new Map([
  ...(['bool', 'bytes', 'double', 'dyn', 'int', 'string', 'uint'] as const).map((name): [string, Type] => [
    name,
    typeOf(types[name]),
  ]),
  ['null_type', typeOf(types.null)],
  ['list', typeOf(typeFrom('list(dyn)'))],
  ['map', typeOf(mapType(types.dyn, types.dyn))],
  ['type', types.type],
  ['google.protobuf.Timestamp', typeOf(types.timestamp)],
  ['google.protobuf.Duration', typeOf(types.duration)],
])
