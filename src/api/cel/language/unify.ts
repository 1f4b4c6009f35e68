// Whether a value of one type may stand where another is wanted, and what type parameters then are.
import {isDyn, type Type, types} from './type.ts'

export type Bindings = Map<string, Type>

export const substitute = (type: Type, bindings: Bindings, opens: boolean): Type => {
  if (type.kind === 'param') {
    const bound = bindings.get(type.name)
    if (bound) return substitute(bound, bindings, opens)
    return opens ? types.dyn : type
  }
  if (type.params.length === 0) return type
  return {...type, params: type.params.map((param) => substitute(param, bindings, opens))}
}

const occurs = (name: string, type: Type): boolean =>
  type.kind === 'param' ? type.name === name : type.params.some((param) => occurs(name, param))

const takesNull: ReadonlySet<string> = new Set(['struct', 'opaque', 'timestamp', 'duration', 'null'])

const bind = (name: string, type: Type, bindings: Bindings): boolean => {
  if (type.kind === 'param' && type.name === name) return true
  if (occurs(name, type)) return false
  bindings.set(name, type)
  return true
}

const fits = (wanted: Type, given: Type, bindings: Bindings): boolean => {
  const [a, b] = [substitute(wanted, bindings, false), substitute(given, bindings, false)]
  if (a.kind === 'param') return bind(a.name, b, bindings)
  if (b.kind === 'param') return bind(b.name, a, bindings)
  if (isDyn(a) || isDyn(b)) return true
  if (b.kind === 'null') return takesNull.has(a.kind)
  if (a.kind === 'null') return takesNull.has(b.kind)
  if (a.kind !== b.kind || a.name !== b.name) return false
  if (a.kind === 'type') return true
  return a.params.every((param, index) => fits(param, b.params[index] ?? types.dyn, bindings))
}

/** The bindings after it, or undefined where they do not fit. Nothing is changed then. */
export const fitAll = (wanted: readonly Type[], given: readonly Type[], bindings: Bindings): Bindings | undefined => {
  if (wanted.length !== given.length) return undefined
  const next = new Map(bindings)
  return wanted.every((type, index) => fits(type, given[index] ?? types.dyn, next)) ? next : undefined
}
