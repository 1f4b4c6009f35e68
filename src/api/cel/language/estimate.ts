// What an expression may cost at worst, from the sizes its inputs may have.
import type {Call, Expr, Fold} from './ast.ts'
import {qualifiedName} from './check.ts'
import {estimateLibrary} from './estimate-library.ts'
import {add, type Estimate, fixed, most, type Range, scaled, times, union, unknownSize} from './range.ts'

/** How large what a path leads to may be. */
export type SizeOf = (path: readonly string[]) => Range | undefined

const nothing = fixed(0)
const scalars: ReadonlySet<string> = new Set([
  'bool',
  'double',
  'duration',
  'int',
  'null',
  'opaque',
  'timestamp',
  'type',
  'uint',
])
const perLetter = 0.1

const sizeOfLiteral = (value: unknown): number => {
  if (typeof value === 'string') return [...value].length
  return value instanceof Uint8Array ? value.length : 1
}

const comparesSizes = /^(less|greater|less_equals|greater_equals)_(string|bytes)$|^(not_)?equals$/

export class Estimator {
  readonly #sizeOf: SizeOf
  readonly #sizes = new Map<Expr, Range>()
  readonly #paths = new Map<Expr, readonly string[]>()
  readonly #locals: Map<string, readonly string[] | undefined>[] = []

  constructor(sizeOf: SizeOf) {
    this.#sizeOf = sizeOf
  }

  cost(expr: Expr): Range {
    switch (expr.kind) {
      case 'literal':
        return nothing
      case 'ident':
        return this.#ident(expr, expr.name)
      case 'select': {
        if (expr.variable !== undefined) return this.#ident(expr, expr.variable)
        const inner = this.cost(expr.operand)
        if (expr.tests) return inner
        this.#follow(expr, expr.operand, expr.field)
        const counts = ['map', 'struct', 'param'].includes(expr.operand.type?.kind ?? '')
        return counts ? add(inner, fixed(1)) : inner
      }
      case 'call':
        return this.#call(expr)
      case 'list':
        return expr.items.reduce((sum, item) => add(sum, this.cost(item)), fixed(10))
      case 'map':
        return expr.entries.reduce((sum, {key, value}) => add(sum, this.cost(key), this.cost(value)), fixed(30))
      case 'struct':
        return expr.fields.reduce((sum, {value}) => add(sum, this.cost(value)), fixed(40))
      case 'fold':
        return this.#fold(expr)
    }
  }

  #ident(expr: Expr, name: string): Range {
    for (let at = this.#locals.length - 1; at >= 0; at--) {
      const scope = this.#locals[at]
      if (!scope?.has(name)) continue
      const path = scope.get(name)
      if (path) this.#paths.set(expr, path)
      return fixed(1)
    }
    this.#paths.set(expr, [name])
    return fixed(1)
  }

  #follow(expr: Expr, from: Expr, step: string): void {
    const path = this.#paths.get(from)
    if (path) this.#paths.set(expr, [...path, step])
  }

  readonly size = (expr: Expr): Range => {
    const known = this.#sizes.get(expr)
    if (known) return known
    if (expr.kind === 'literal') return fixed(sizeOfLiteral(expr.value))
    if (expr.kind === 'list') return fixed(expr.items.length)
    if (expr.kind === 'map') return fixed(expr.entries.length)
    const path = this.#paths.get(expr)
    const stated = path && this.#sizeOf(path)
    if (stated) return stated
    return scalars.has(expr.type?.kind ?? '') ? fixed(1) : unknownSize
  }

  /** Of the items of a list. */
  readonly itemSize = (expr: Expr): Range => {
    const path = this.#paths.get(expr)
    const stated = path && this.#sizeOf([...path, '@items'])
    if (stated) return stated
    return scalars.has(expr.type?.params[0]?.kind ?? '') ? fixed(1) : unknownSize
  }

  #call(expr: Call): Range {
    const parts = expr.target ? [expr.target, ...expr.args] : expr.args
    const costs = parts.map((part) => this.cost(part))
    if (expr.name === '_[_]' && parts[0])
      this.#follow(expr, parts[0], parts[0].type?.kind === 'list' ? '@items' : '@values')
    const overloads = expr.overloads ?? []
    if (overloads.length === 0) return nothing
    const estimates = overloads.map((id) => this.#overload(expr, id, parts, costs))
    const sizes = estimates.flatMap(({size}) => (size ? [size] : []))
    if (sizes.length > 0) this.#sizes.set(expr, sizes.reduce(union))
    return estimates.map(({cost}) => cost).reduce(union)
  }

  #overload({name}: Call, id: string, parts: readonly Expr[], costs: readonly Range[]): Estimate {
    const sum = costs.reduce((total, cost) => add(total, cost), nothing)
    const with_ = (cost: Range, size?: Range): Estimate => ({cost: add(cost, sum), size})
    const library = estimateLibrary(name, parts, this)
    if (library) return with_(library.cost, library.size)
    const [first, second, third] = parts
    const [left, right] = [first, second].map((part) => (part ? this.size(part) : fixed(1))) as [Range, Range]
    if (id === 'logical_or' || id === 'logical_and')
      return {cost: {min: costs[0]?.min ?? 0, max: add(costs[0] ?? nothing, costs[1] ?? nothing).max}}
    if (id === 'conditional' && second && third) {
      const [test = nothing, then = nothing, otherwise = nothing] = costs
      return {cost: add(test, union(then, otherwise)), size: union(this.size(second), this.size(third))}
    }
    if (id === 'string_to_bytes') return with_(scaled(left, perLetter), {min: left.min, max: times(left, fixed(4)).max})
    if (id === 'bytes_to_string') return with_(scaled(left, perLetter), {min: Math.floor(left.min / 4), max: left.max})
    if (id === 'starts_with_string' || id === 'ends_with_string') return with_(scaled(right, perLetter))
    if (id === 'string_format') return with_(scaled(left, perLetter))
    if (id === 'in_list') return with_(right)
    if (id === 'matches_string' || id === 'matches')
      return with_(times(scaled(add(left, fixed(1)), perLetter), scaled(right, 0.25)))
    if (id === 'contains_string') return with_(times(scaled(left, perLetter), scaled(right, perLetter)))
    if (id === 'add_list') return with_(fixed(1), add(left, right))
    if (id === 'add_string' || id === 'add_bytes') return with_(scaled(add(left, right), perLetter), add(left, right))
    if (comparesSizes.test(id)) {
      const max = Math.min(left.max, right.max)
      return with_(scaled({min: max > 0 ? 1 : 0, max}, perLetter))
    }
    return with_(fixed(1))
  }

  #fold(expr: Fold): Range {
    const range = add(this.cost(expr.range), this.cost(expr.init))
    const path = this.#paths.get(expr.range)
    const isMap = expr.range.type?.kind === 'map'
    const below = (step: string): readonly string[] | undefined => path && [...path, step]
    const first = isMap ? below('@keys') : expr.value === undefined ? below('@items') : undefined
    const scope = new Map<string, readonly string[] | undefined>([
      [expr.result, this.#paths.get(expr.init)],
      [expr.item, first],
    ])
    if (expr.value !== undefined) scope.set(expr.value, below(isMap ? '@values' : '@items'))
    this.#locals.push(scope)
    const turn = add(this.cost(expr.condition), this.cost(expr.step))
    const answer = this.cost(expr.answer)
    this.#locals.pop()
    const count = this.size(expr.range)
    // What binds a name takes the size of what it binds.
    this.#sizes.set(expr, expr.init.kind === 'list' || expr.init.kind === 'map' ? {min: 0, max: count.max} : fixed(1))
    return add(range, answer, times(count, turn))
  }
}

export const estimateCost = (expr: Expr, sizeOf: SizeOf): number => Math.min(new Estimator(sizeOf).cost(expr).max, most)

/** Whether an expression names a variable. */
export const namesVariable = (expr: Expr, name: string, parts: (expr: Expr) => readonly Expr[]): boolean =>
  qualifiedName(expr)?.split('.')[0] === name || parts(expr).some((part) => namesVariable(part, name, parts))
