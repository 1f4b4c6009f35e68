// --sort-by: by the value a JSONPath finds; numbers, quantities, times and text each in their own way.
import {tryParseQuantity} from '../../api/meta/quantity.ts'
import {findResults} from '../../lib/jsonpath/evaluate.ts'
import {JsonPathError, type Node, parseJsonPath, relaxedPath} from '../../lib/jsonpath/parse.ts'
import {quantityNumber} from '../quantities.ts'

/** Digits inside of a text count as numbers: `pod-9` before `pod-10`. */
const naturally = (one: string, other: string): number => {
  const a = one.match(/\d+|\D+/g) ?? []
  const b = other.match(/\d+|\D+/g) ?? []
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const left = a[at] ?? ''
    const right = b[at] ?? ''
    if (left === right) continue
    if (/^\d/.test(left) && /^\d/.test(right) && Number(left) !== Number(right)) return Number(left) - Number(right)
    return left < right ? -1 : 1
  }
  return a.length - b.length
}

const compare = (one: unknown, other: unknown): number => {
  const missing = (value: unknown): boolean => value === undefined || value === null
  if (missing(one) || missing(other)) return missing(one) && missing(other) ? 0 : missing(one) ? -1 : 1
  if (typeof one === 'number' && typeof other === 'number') return one - other
  const [left, right] = [String(one), String(other)]
  const [first, second] = [tryParseQuantity(left), tryParseQuantity(right)]
  if ('quantity' in first && 'quantity' in second) {
    const [x, y] = [quantityNumber(left), quantityNumber(right)]
    if (x !== y) return x - y
  }
  return naturally(left, right)
}

/** Undefined for what is no path. */
const pathNodes = (path: string): Node[] | undefined => {
  try {
    return parseJsonPath(relaxedPath(path))
  } catch (error) {
    if (error instanceof JsonPathError) return undefined
    throw error
  }
}

/** Nothing, when no item has the field, and for what is no path. */
export const sortByPath = <T>(items: readonly T[], path: string, objectOf: (item: T) => unknown): T[] => {
  const nodes = pathNodes(path)
  if (!nodes) return []
  const keyed = items.map((item) => ({item, key: findResults(nodes, objectOf(item), {allowMissing: true}).flat()[0]}))
  if (items.length > 0 && keyed.every(({key}) => key === undefined)) return []
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({item}) => item)
}
