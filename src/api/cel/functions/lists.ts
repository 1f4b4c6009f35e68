// Lists and sets.
import {declare, type FunctionDecl, type Signatures} from '../language/environment.ts'
import {compare, equal} from '../values/compare.ts'
import type {CelList} from '../values/lists.ts'
import {CelError, intOf, Uint, uintOf} from '../values/numbers.ts'
import {Duration} from '../values/time.ts'

const has = (list: CelList, value: unknown): boolean => list.some((item) => equal(item, value))

const isSorted = (list: CelList): boolean => list.every((item, at) => at === 0 || compare(list[at - 1], item) <= 0)

const extreme =
  (name: string, sign: number) =>
  (list: CelList): unknown => {
    if (list.length === 0) throw new CelError(`${name} called on empty list`)
    return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best))
  }

const sums: Readonly<Record<string, (list: never) => unknown>> = {
  int: (list: readonly bigint[]) => list.reduce((sum, item) => intOf(sum + item), 0n),
  uint: (list: readonly Uint[]) => list.reduce((sum, item) => uintOf(sum.value + item.value), new Uint(0n)),
  double: (list: readonly number[]) => list.reduce((sum, item) => sum + item, 0),
  duration: (list: readonly Duration[]) =>
    list.reduce((sum, item) => new Duration(sum.nanos + item.nanos), new Duration(0n)),
}

const ofEach = (
  name: string,
  kinds: readonly string[],
  result: (kind: string) => string,
  run: (list: CelList) => unknown,
): FunctionDecl => {
  const signatures: Record<string, Signatures[string]> = {}
  for (const kind of kinds) signatures[`list_${kind}_${name}`] = [`list(${kind}).() -> ${result(kind)}`, run]
  return declare(name, signatures)
}

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes']

const slice = (list: CelList, from: bigint, to: bigint): CelList => {
  if (from < 0n || to < 0n) throw new CelError('cannot slice using a negative index')
  if (from > to) throw new CelError('start index must be less than or equal to end index')
  if (to > BigInt(list.length)) throw new CelError(`cannot slice(${from}, ${to}), list is length ${list.length}`)
  return list.slice(Number(from), Number(to))
}

const mostInRange = 100_000n

const range = (count: bigint): CelList => {
  if (count > mostInRange) throw new CelError(`range(${count}) is too long`)
  return Array.from({length: Math.max(Number(count), 0)}, (_, at) => BigInt(at))
}

const sortedBy = (list: CelList, keys: CelList): CelList =>
  list
    .map((item, at) => [item, keys[at]] as const)
    .sort(([, a], [, b]) => compare(a, b))
    .map(([item]) => item)

const distinct = (list: CelList): CelList =>
  list.filter((item, at) => list.findIndex((other) => equal(item, other)) === at)

export const lists: readonly FunctionDecl[] = [
  ofEach('isSorted', comparable, () => 'bool', isSorted),
  ofEach('min', comparable, (kind) => kind, extreme('min', -1)),
  ofEach('max', comparable, (kind) => kind, extreme('max', 1)),
  declare(
    'sum',
    Object.fromEntries(
      Object.entries(sums).map(([kind, run]) => [`list_${kind}_sum`, [`list(${kind}).() -> ${kind}`, run]] as const),
    ),
  ),
  declare('indexOf', {
    list_a_index_of_int: [
      'list(A).(A) -> int',
      (list: CelList, value: unknown) => BigInt(list.findIndex((item) => equal(item, value))),
    ],
  }),
  declare('lastIndexOf', {
    list_a_last_index_of_int: [
      'list(A).(A) -> int',
      (list: CelList, value: unknown) => BigInt(list.findLastIndex((item) => equal(item, value))),
    ],
  }),
  declare('slice', {list_slice: ['list(A).(int, int) -> list(A)', slice]}),
  declare('flatten', {
    list_flatten: ['list(list(A)).() -> list(A)', (list: readonly unknown[]) => list.flat()],
    list_flatten_int: [
      'list(dyn).(int) -> list(dyn)',
      (list: readonly unknown[], depth: bigint) => list.flat(Number(depth) as 1),
    ],
  }),
  declare('distinct', {list_distinct: ['list(A).() -> list(A)', distinct]}),
  declare('reverse', {list_reverse: ['list(A).() -> list(A)', (list: CelList) => [...list].reverse()]}),
  declare('sort', {list_sort: ['list(A).() -> list(A)', (list: CelList) => [...list].sort(compare)]}),
  declare('@sortByAssociatedKeys', {list_sort_by: ['list(A).(list(B)) -> list(A)', sortedBy]}),
  declare('lists.range', {lists_range: ['(int) -> list(int)', range]}),
  declare('sets.contains', {
    list_sets_contains_list: [
      '(list(A), list(A)) -> bool',
      (a: CelList, b: CelList) => b.every((item) => has(a, item)),
    ],
  }),
  declare('sets.equivalent', {
    list_sets_equivalent_list: [
      '(list(A), list(A)) -> bool',
      (a: CelList, b: CelList) => a.every((item) => has(b, item)) && b.every((item) => has(a, item)),
    ],
  }),
  declare('sets.intersects', {
    list_sets_intersects_list: [
      '(list(A), list(A)) -> bool',
      (a: CelList, b: CelList) => a.some((item) => has(b, item)),
    ],
  }),
]
