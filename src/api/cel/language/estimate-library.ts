// What the functions that Kubernetes adds cost at worst.
import type {Expr} from './ast.ts'
import {add, type Estimate, fixed, type Range, scaled, times} from './range.ts'

export interface Sizes {
  size(expr: Expr): Range
  itemSize(expr: Expr): Range
}

const perLetter = 0.1
const perPattern = 0.25
const authorization = 350_000
const longestFormatPattern = 128

type Estimator = (parts: readonly Expr[], sizes: Sizes) => Estimate

const nominal: Estimator = () => ({cost: fixed(1)})

const first = (parts: readonly Expr[], sizes: Sizes): Range => (parts[0] ? sizes.size(parts[0]) : fixed(1))

const walksText: Estimator = (parts, sizes) => {
  const size = first(parts, sizes)
  return {cost: scaled(size, perLetter), size}
}

/** Every item is compared; where it is text, all of it. */
const walksList: Estimator = (parts, sizes) => {
  const [list] = parts
  if (list?.type?.kind !== 'list') return {cost: scaled(first(parts, sizes), perLetter)}
  const item = list.type.params[0]?.kind
  const each = item === 'string' || item === 'bytes' ? add(fixed(1), scaled(sizes.itemSize(list), perLetter)) : fixed(1)
  return {cost: times(sizes.size(list), each)}
}

const splits: Estimator = (parts, sizes) => {
  const size = first(parts, sizes)
  const limit = parts[2]?.kind === 'literal' ? Number(parts[2].value) : size.max
  return {cost: scaled(size, 2 * perLetter), size: {min: 0, max: limit}}
}

const replaces: Estimator = (parts, sizes) => {
  const [text, from, to] = [0, 1, 2].map((at) => (parts[at] ? sizes.size(parts[at]) : fixed(1))) as [
    Range,
    Range,
    Range,
  ]
  // Nothing is found before and after every letter.
  const count = from.min === 0 ? text.max + 1 : to.max <= from.min ? 0 : Math.ceil(text.max / from.min)
  const kept = from.min === 0 || to.max <= from.min ? text.max : 0
  return {cost: scaled(text, 2 * perLetter), size: {min: 0, max: times(fixed(count), to).max + kept}}
}

const joins: Estimator = (parts, sizes) => {
  const list = first(parts, sizes)
  const item = parts[0] ? sizes.itemSize(parts[0]) : fixed(1)
  const between = parts[1] ? sizes.size(parts[1]) : fixed(0)
  const gaps = {min: Math.max(list.min - 1, 0), max: Math.max(list.max - 1, 0)}
  const size = add(times(list, item), times(gaps, between))
  return {cost: scaled(size, perLetter), size}
}

const finds: Estimator = (parts, sizes) => {
  const size = first(parts, sizes)
  const pattern = parts[1] ? sizes.size(parts[1]) : fixed(1)
  const cost = times(scaled(add(size, fixed(1)), perLetter), scaled(pattern, perPattern))
  return {cost, size: {min: 0, max: size.max}}
}

/** Addresses are 4 to 16 bytes; what is text is read first. */
const holdsAddress =
  (compared: Range): Estimator =>
  ([, other], sizes) => {
    const reading = other?.type?.kind === 'string' ? scaled(sizes.size(other), perLetter) : fixed(0)
    return {cost: add(compared, reading)}
  }

const validates: Estimator = (parts, sizes) => {
  const text = parts[1] ? sizes.size(parts[1]) : fixed(1)
  return {cost: scaled(scaled(text, perLetter), longestFormatPattern * perPattern)}
}

const comparesPairs: Estimator = ([a, b], sizes) => ({
  cost: a && b ? times(sizes.size(a), sizes.size(b)) : fixed(1),
})

const entries = (names: string, estimate: Estimator): [string, Estimator][] =>
  names.split(' ').map((name) => [name, estimate])

const estimators: ReadonlyMap<string, Estimator> = new Map([
  ...entries('check', () => ({cost: fixed(authorization)})),
  ...entries(
    'serviceAccount path group resource subresource namespace name fieldSelector labelSelector allowed reason error errored',
    nominal,
  ),
  ...entries('isSorted sum max min indexOf lastIndexOf', walksList),
  ...entries('url lowerAscii upperAscii substring trim ip isIP cidr isCIDR ip.isCanonical', walksText),
  ...entries('quantity isQuantity semver isSemver', walksText),
  ...entries('split', splits),
  ...entries('replace', replaces),
  ...entries('join', joins),
  ...entries('find findAll', finds),
  ...entries('containsIP', holdsAddress({min: 1, max: 4})),
  ...entries('containsCIDR', holdsAddress({min: 3, max: 7})),
  ...entries('validate', validates),
  ...entries('sets.contains sets.intersects sets.equivalent', comparesPairs),
  ...entries('getScheme getHostname getHost getPort getEscapedPath getQuery', nominal),
])

/** Undefined: it is an ordinary function. */
export const estimateLibrary = (name: string, parts: readonly Expr[], sizes: Sizes): Estimate | undefined =>
  estimators.get(name)?.(parts, sizes)
