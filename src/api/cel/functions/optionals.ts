// Values that may not be there.
import {declare, type FunctionDecl} from '../language/environment.ts'
import {isMap} from '../values/maps.ts'
import {CelError, Uint} from '../values/numbers.ts'
import {none, type Optional, optionalOf} from '../values/optional.ts'

const isZero = (value: unknown): boolean => {
  if (value === null || value === '' || value === false || value === 0 || value === 0n) return true
  if (value instanceof Uint) return value.value === 0n
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0
  return isMap(value) && value.size === 0
}

const valueIn = ({is}: Optional): unknown => {
  if (!is) throw new CelError('optional.none() dereference')
  return is.value
}

const present = (list: readonly Optional[]): unknown[] => list.flatMap(({is}) => (is ? [is.value] : []))

export const optionals: readonly FunctionDecl[] = [
  declare('optional.of', {optional_of: ['(A) -> optional(A)', optionalOf]}),
  declare('optional.ofNonZeroValue', {
    optional_ofNonZeroValue: ['(A) -> optional(A)', (value: unknown) => (isZero(value) ? none : optionalOf(value))],
  }),
  declare('optional.none', {optional_none: ['() -> optional(A)', () => none]}),
  declare('optional.unwrap', {optional_unwrap: ['(list(optional(A))) -> list(A)', present]}),
  declare('unwrapOpt', {optional_unwrapOpt: ['list(optional(A)).() -> list(A)', present]}),
  declare('value', {optional_value: ['optional(A).() -> A', valueIn]}),
  declare('hasValue', {optional_hasValue: ['optional(A).() -> bool', ({is}: Optional) => is !== undefined]}),
  declare('or', {
    optional_or_optional: ['optional(A).(optional(A)) -> optional(A)', (a: Optional, b: Optional) => (a.is ? a : b)],
  }),
  declare('orValue', {
    optional_orValue_value: ['optional(A).(A) -> A', (a: Optional, b: unknown) => (a.is ? a.is.value : b)],
  }),
  declare('first', {list_first: ['list(A).() -> optional(A)', (list: readonly unknown[]) => optionalOf(list[0])]}),
  declare('last', {list_last: ['list(A).() -> optional(A)', (list: readonly unknown[]) => optionalOf(list.at(-1))]}),
  declare('_?._', {select_optional_field: ['(dyn, string) -> optional(dyn)', () => none]}),
]
