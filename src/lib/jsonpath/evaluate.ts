// Finds what a JSONPath template names in a value.
import {isMap} from './is-map.ts'
import {type Bound, JsonPathError, type Node} from './parse.ts'

export interface EvaluateOptions {
  readonly allowMissing: boolean
}

/** One action's results, or a text between actions. */
export type Found = readonly unknown[]

/** A text of the template itself, as opposed to a string of the object. */
export class Text {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

interface Scope extends EvaluateOptions {
  readonly root: unknown
}

const field = (inputs: Found, name: string, scope: Scope): unknown[] => {
  const found: unknown[] = []
  for (const input of inputs)
    if (isMap(input) && Object.hasOwn(input, name)) {
      if (input[name] !== undefined) found.push(input[name])
    }
  if (found.length === 0 && !scope.allowMissing && inputs.length > 0) throw new JsonPathError(`${name} is not found`)
  return found
}

const resolveBound = ({value, given}: Bound, length: number, otherwise: number): number =>
  !given ? otherwise : value < 0 ? value + length : value

const slice = (inputs: Found, {start, end, step}: Extract<Node, {type: 'array'}>): unknown[] =>
  inputs.flatMap((input) => {
    if (input === null || input === undefined) return []
    if (!Array.isArray(input)) throw new JsonPathError(`${goType(input)} is not array or slice`)
    const {length} = input
    const from = resolveBound(start, length, 0)
    let to = end.derived ? from + 1 : resolveBound(end, length, length)
    if (start.given || end.derived)
      if (from >= length || from < 0)
        throw new JsonPathError(`array index out of bounds: index ${from}, length ${length}`)
    if (to > length) to = length
    const by = step.given ? step.value : 1
    if (by <= 0) throw new JsonPathError('step must be > 0')
    const found: unknown[] = []
    for (let index = Math.max(from, 0); index < to; index += by) found.push(input[index])
    return found
  })

const goType = (value: unknown): string =>
  typeof value === 'string'
    ? 'string'
    : typeof value === 'number'
      ? 'int64'
      : typeof value === 'boolean'
        ? 'bool'
        : 'map[string]interface {}'

const childrenOf = (input: unknown): unknown[] => {
  if (Array.isArray(input)) return [...input]
  if (!isMap(input)) return []
  return Object.keys(input)
    .sort()
    .map((key) => input[key])
}

const descendants = (inputs: Found): unknown[] =>
  inputs.flatMap((input) => {
    const children = childrenOf(input).filter((child) => child !== null && typeof child === 'object')
    return [input, ...descendants(children)]
  })

const isWhole = (value: unknown): boolean => Number.isInteger(value) || typeof value === 'bigint'

/** A whole number and one with a point are of two types. */
const isMixed = (left: unknown, right: unknown, float: boolean): boolean =>
  typeof left === 'number' && typeof right === 'number' && isWhole(left) !== (isWhole(right) && !float)

const compare = (left: unknown, right: unknown, operator: string, float: boolean): boolean => {
  if (isMixed(left, right, float)) throw new JsonPathError('incompatible types for comparison')
  if (operator === '==') return left === right
  if (operator === '!=') return left !== right
  if (typeof left !== typeof right || (typeof left !== 'number' && typeof left !== 'string'))
    throw new JsonPathError('incompatible types for comparison')
  const [one, other] = [left as number, right as number]
  switch (operator) {
    case '<':
      return one < other
    case '<=':
      return one <= other
    case '>':
      return one > other
    case '>=':
      return one >= other
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`)
  }
}

const only = (found: Found): unknown => {
  if (found.length > 1) throw new JsonPathError('can only compare one element at a time')
  const [value] = found
  return value instanceof Text ? value.text : value
}

const isFloat = (node: Node): boolean =>
  node.type === 'literal'
    ? node.float === true
    : node.type === 'list' && node.nodes.length === 1 && node.nodes.every(isFloat)

const filter = (inputs: Found, node: Extract<Node, {type: 'filter'}>, scope: Scope): unknown[] =>
  inputs.flatMap((input) => {
    if (!Array.isArray(input) && !isMap(input))
      throw new JsonPathError(`${goType(input)} is not array or slice and cannot be filtered`)
    return childrenOf(input).filter((item) => {
      // A field that is missing on one side is no match, and no error.
      const quiet = {...scope, allowMissing: true}
      const left = evaluate([item], node.left, quiet)
      if (node.operator === 'exists') return left.length > 0
      if (left.length === 0) return false
      const right = evaluate([item], node.right, quiet)
      if (right.length === 0) return false
      return compare(only(left), only(right), node.operator, isFloat(node.right))
    })
  })

const evaluate = (inputs: Found, node: Node, scope: Scope): unknown[] => {
  switch (node.type) {
    case 'text':
      return [new Text(node.text)]
    case 'literal':
      return [node.value]
    case 'list':
      return node.nodes.reduce<unknown[]>((current, inner) => evaluate(current, inner, scope), [...inputs])
    case 'field':
      return field(inputs, node.name, scope)
    case 'array':
      return slice(inputs, node)
    case 'wildcard':
      return inputs.flatMap(childrenOf)
    case 'recursive':
      return descendants(inputs)
    case 'union':
      return node.nodes.flatMap((inner) => evaluate(inputs, inner, scope))
    case 'filter':
      return filter(inputs, node, scope)
    case 'identifier':
      throw new JsonPathError(`unrecognized identifier ${node.name}`)
  }
}

const keyword = (node: Node | undefined): string => {
  const first = node?.type === 'list' ? node.nodes[0] : undefined
  return first?.type === 'identifier' ? first.name : ''
}

/** The results of each action in turn; `range` repeats what stands before its `end`. */
export const findResults = (nodes: readonly Node[], root: unknown, options: EvaluateOptions): Found[] => {
  const scope = {...options, root}
  const run = (from: number, current: unknown, depth: number): {readonly results: Found[]; readonly next: number} => {
    const results: Found[] = []
    let index = from
    for (; index < nodes.length; index++) {
      const node = nodes[index] as Node
      const word = keyword(node)
      if (word === 'end') {
        if (depth === 0) throw new JsonPathError('not in range, nothing to end')
        return {results, next: index}
      }
      if (word !== 'range') {
        results.push(evaluate([current], node, scope))
        continue
      }
      const items = evaluate(
        [current],
        {type: 'list', nodes: (node as Extract<Node, {type: 'list'}>).nodes.slice(1)},
        scope,
      )
      let next = skip(nodes, index + 1)
      for (const item of items) {
        const inner = run(index + 1, item, depth + 1)
        results.push(...inner.results)
        next = inner.next
      }
      index = next
    }
    return {results, next: index}
  }
  return run(0, root, 0).results
}

/** The index of the `end` that belongs to the range before `from`. */
const skip = (nodes: readonly Node[], from: number): number => {
  let open = 1
  for (let index = from; index < nodes.length; index++) {
    const word = keyword(nodes[index])
    if (word === 'range') open++
    if (word === 'end' && --open === 0) return index
  }
  return nodes.length
}
