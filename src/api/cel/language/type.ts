// Types of expressions, and how they are written in signatures and messages.
export type TypeKind =
  | 'bool'
  | 'bytes'
  | 'double'
  | 'duration'
  | 'dyn'
  | 'error'
  | 'int'
  | 'list'
  | 'map'
  | 'null'
  | 'opaque'
  | 'param'
  | 'string'
  | 'struct'
  | 'timestamp'
  | 'type'
  | 'uint'

export interface Type {
  readonly kind: TypeKind
  readonly name: string
  readonly params: readonly Type[]
  /** Of structs. */
  readonly field?: ((name: string) => Type | undefined) | undefined
}

const plain = (kind: TypeKind, name: string = kind): Type => ({kind, name, params: []})

export const types = {
  bool: plain('bool'),
  bytes: plain('bytes'),
  double: plain('double'),
  duration: plain('duration'),
  dyn: plain('dyn'),
  error: plain('error', '!error!'),
  int: plain('int'),
  null: plain('null'),
  string: plain('string'),
  timestamp: plain('timestamp'),
  uint: plain('uint'),
  type: plain('type'),
} as const

export const listType = (item: Type): Type => ({kind: 'list', name: 'list', params: [item]})
export const mapType = (key: Type, value: Type): Type => ({kind: 'map', name: 'map', params: [key, value]})
export const optionalType = (value: Type): Type => ({kind: 'opaque', name: 'optional_type', params: [value]})
export const opaqueType = (name: string): Type => plain('opaque', name)
export const paramType = (name: string): Type => plain('param', name)
export const structType = (name: string, field: (name: string) => Type | undefined): Type => ({
  kind: 'struct',
  name,
  params: [],
  field,
})

export const isOptional = ({kind, name}: Type): boolean => kind === 'opaque' && name === 'optional_type'
export const isDyn = ({kind}: Type): boolean => kind === 'dyn' || kind === 'error'

/** As messages have it. */
export const showType = ({kind, name, params}: Type): string =>
  params.length === 0 || kind === 'struct' ? name : `${name}(${params.map(showType).join(', ')})`

const simple: ReadonlyMap<string, Type> = new Map(Object.entries(types))

/** `list(map(string, A))`; a capital letter stands for any type. */
export const typeFrom = (text: string): Type => {
  const open = text.indexOf('(')
  if (open < 0) return simple.get(text) ?? (/^[A-Z]$/.test(text) ? paramType(text) : opaqueType(text))
  const params = splitTypes(text.slice(open + 1, -1)).map(typeFrom)
  const name = text.slice(0, open)
  if (name === 'optional') return optionalType(params[0] ?? types.dyn)
  return {kind: name === 'list' || name === 'map' ? name : 'opaque', name, params}
}

export const splitTypes = (text: string): string[] => {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at]
    if (letter === '(') depth++
    else if (letter === ')') depth--
    else if ((letter === ',' || letter === undefined) && depth === 0) {
      const part = text.slice(from, at).trim()
      if (part !== '') parts.push(part)
      from = at + 1
    }
  }
  return parts
}
