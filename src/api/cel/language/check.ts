// What type every part of an expression has, and which functions its calls mean.
import type {Call, Expr, Fold, ListLiteral, MapLiteral, Select, StructLiteral} from './ast.ts'
import type {Environment, FunctionDecl, Overload} from './environment.ts'
import {ExpressionError, type Problem} from './source.ts'
import {isDyn, isOptional, listType, mapType, optionalType, paramType, showType, type Type, types} from './type.ts'
import {type Bindings, fitAll, substitute} from './unify.ts'

const typeOfLiteral = (value: unknown): Type => {
  if (value === null) return types.null
  if (typeof value === 'boolean') return types.bool
  if (typeof value === 'bigint') return types.int
  if (typeof value === 'number') return types.double
  if (typeof value === 'string') return types.string
  return value instanceof Uint8Array ? types.bytes : types.uint
}

/** `a.b.c` as one name. */
export const qualifiedName = (expr: Expr): string | undefined => {
  if (expr.kind === 'ident') return expr.name.replace(/^\./, '')
  if (expr.kind !== 'select' || expr.tests) return undefined
  const prefix = qualifiedName(expr.operand)
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`
}

class Checker {
  readonly #env: Environment
  readonly problems: Problem[] = []
  #bindings: Bindings = new Map()
  readonly #locals: Map<string, Type>[] = []
  #fresh = 0

  constructor(env: Environment) {
    this.#env = env
  }

  #problem(at: number, message: string): Type {
    this.problems.push({at, message})
    return types.error
  }

  check(expr: Expr): Type {
    const type = this.#typeOf(expr)
    expr.type = type
    return type
  }

  /** What is still open after all may be anything. */
  settle(expr: Expr): void {
    if (expr.type) expr.type = substitute(expr.type, this.#bindings, true)
    for (const part of partsOf(expr)) this.settle(part)
  }

  #typeOf(expr: Expr): Type {
    switch (expr.kind) {
      case 'literal':
        return typeOfLiteral(expr.value)
      case 'ident':
        return this.#ident(expr.name, expr.at)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'struct':
        return this.#struct(expr)
      case 'fold':
        return this.#fold(expr)
    }
  }

  #variable(name: string): Type | undefined {
    for (let at = this.#locals.length - 1; at >= 0; at--) {
      const type = this.#locals[at]?.get(name)
      if (type) return type
    }
    return this.#env.variables.get(name) ?? this.#env.typeNames.get(name)
  }

  #ident(written: string, at: number): Type {
    const name = written.replace(/^\./, '')
    return this.#variable(name) ?? this.#problem(at, `undeclared reference to '${name}' (in container '')`)
  }

  #select(expr: Select): Type {
    const whole = qualifiedName(expr)
    const variable = whole !== undefined && !expr.tests ? this.#variable(whole) : undefined
    if (variable && whole !== undefined) {
      expr.variable = whole
      return variable
    }
    const operand = this.#now(this.check(expr.operand))
    const result = this.#field(expr.at, operand, expr.field)
    return expr.tests ? types.bool : result
  }

  #now(type: Type): Type {
    return substitute(type, this.#bindings, false)
  }

  #field(at: number, of: Type, name: string): Type {
    if (isOptional(of)) return optionalType(this.#field(at, this.#now(of.params[0] ?? types.dyn), name))
    if (isDyn(of)) return types.dyn
    if (of.kind === 'param') {
      this.#bindings.set(of.name, types.dyn)
      return types.dyn
    }
    if (of.kind === 'map') return of.params[1] ?? types.dyn
    if (of.kind === 'struct') return of.field?.(name) ?? this.#problem(at, `undefined field '${name}'`)
    return this.#problem(at, `type '${showType(of)}' does not support field selection`)
  }

  #call(expr: Call): Type {
    if (expr.name === '_?._') return this.#optionalSelect(expr)
    if (!expr.target) {
      for (const arg of expr.args) this.check(arg)
      const name = expr.name.replace(/^\./, '')
      const known = this.#env.functions.get(name)
      if (!known) return this.#problem(expr.at, `undeclared reference to '${name}' (in container '')`)
      return this.#resolve(expr, known, undefined)
    }
    const prefix = qualifiedName(expr.target)
    const namespaced = prefix === undefined ? undefined : this.#env.functions.get(`${prefix}.${expr.name}`)
    if (namespaced) {
      for (const arg of expr.args) this.check(arg)
      expr.target = undefined
      Object.assign(expr, {name: `${prefix}.${expr.name}`})
      return this.#resolve(expr, namespaced, undefined)
    }
    const target = this.check(expr.target)
    for (const arg of expr.args) this.check(arg)
    const known = this.#env.functions.get(expr.name)
    if (!known) return this.#problem(expr.at, `undeclared reference to '${expr.name}' (in container '')`)
    return this.#resolve(expr, known, target)
  }

  #optionalSelect(expr: Call): Type {
    const [operand, field] = expr.args
    if (!operand || field?.kind !== 'literal') return types.dyn
    const of = this.#now(this.check(operand))
    this.check(field)
    expr.overloads = ['select_optional_field']
    const inner = this.#field(expr.at, isOptional(of) ? (of.params[0] ?? types.dyn) : of, String(field.value))
    return optionalType(inner)
  }

  #resolve(expr: Call, {name, overloads}: FunctionDecl, target: Type | undefined): Type {
    const given = [...(target ? [target] : []), ...expr.args.map((arg) => arg.type ?? types.dyn)]
    const found: Overload[] = []
    let result: Type | undefined
    for (const overload of overloads) {
      if (overload.isMember !== (target !== undefined)) continue
      const fresh = this.#instantiate(overload)
      const next = fitAll(fresh.params, given, this.#bindings)
      if (!next) continue
      this.#bindings = next
      found.push(overload)
      const type = substitute(fresh.result, next, false)
      if (!result) result = type
      else if (!isDyn(result) && showType(result) !== showType(type)) result = types.dyn
    }
    if (result) {
      expr.overloads = found.map(({id}) => id)
      return result
    }
    const shown = given.map((type) => showType(substitute(type, this.#bindings, true)))
    const [first = '', ...rest] = shown
    const applied = target ? `${first}.(${rest.join(', ')})` : `(${shown.join(', ')})`
    return this.#problem(expr.at, `found no matching overload for '${name}' applied to '${applied}'`)
  }

  #instantiate({params, result}: Overload): {readonly params: readonly Type[]; readonly result: Type} {
    const names: Bindings = new Map()
    const collect = (type: Type): void => {
      if (type.kind === 'param' && !names.has(type.name)) names.set(type.name, this.#open())
      for (const inner of type.params) collect(inner)
    }
    for (const type of [...params, result]) collect(type)
    if (names.size === 0) return {params, result}
    return {
      params: params.map((type) => substitute(type, names, false)),
      result: substitute(result, names, false),
    }
  }

  #open(): Type {
    return paramType(`_var${this.#fresh++}`)
  }

  /** One type for all, or any where they differ. */
  #join(expr: Expr, before: Type | undefined, next: Type): Type {
    if (!before) return next
    const bindings = fitAll([before], [next], this.#bindings)
    if (bindings) {
      this.#bindings = bindings
      return isDyn(next) ? next : before
    }
    const [wanted, found] = [this.#now(before), this.#now(next)].map((type) =>
      showType(substitute(type, this.#bindings, true)),
    )
    return this.#problem(expr.at, `expected type '${wanted}' but found '${found}'`)
  }

  #list({items, optional}: ListLiteral): Type {
    let type: Type | undefined
    for (const [index, item] of items.entries()) {
      let next = this.check(item)
      if (optional.has(index)) next = this.#unwrapped(item, next)
      type = this.#join(item, type, next)
    }
    return listType(type ?? this.#open())
  }

  #unwrapped(expr: Expr, type: Type): Type {
    const now = this.#now(type)
    if (isOptional(now)) return now.params[0] ?? types.dyn
    if (isDyn(now)) return types.dyn
    return this.#problem(expr.at, `expected type 'optional_type(${showType(now)})' but found '${showType(now)}'`)
  }

  #map({entries}: MapLiteral): Type {
    let keys: Type | undefined
    let values: Type | undefined
    for (const {key, value, isOptional: optional} of entries) {
      keys = this.#join(key, keys, this.check(key))
      let next = this.check(value)
      if (optional) next = this.#unwrapped(value, next)
      values = this.#join(value, values, next)
    }
    return mapType(keys ?? this.#open(), values ?? this.#open())
  }

  #struct(expr: StructLiteral): Type {
    const of = this.#env.struct(expr.name)
    for (const {value} of expr.fields) this.check(value)
    if (!of) return this.#problem(expr.at, `undeclared reference to '${expr.name}' (in container '')`)
    for (const {at, name, value, isOptional: optional} of expr.fields) {
      const wanted = of.field?.(name)
      if (!wanted) {
        this.#problem(at, `undefined field '${name}'`)
        continue
      }
      let given = value.type ?? types.dyn
      if (optional) given = this.#unwrapped(value, given)
      const next = fitAll([wanted], [given], this.#bindings)
      if (next) this.#bindings = next
      else
        this.#problem(
          at,
          `expected type of field '${name}' is '${showType(wanted)}' but provided type is '${showType(this.#now(given))}'`,
        )
    }
    return of
  }

  /** The types of one or two variables over the range. */
  #variables(expr: Fold): readonly [Type, Type] {
    const range = this.#now(this.check(expr.range))
    if (range.kind === 'list') {
      const item = range.params[0] ?? types.dyn
      return expr.value === undefined ? [item, item] : [types.int, item]
    }
    if (range.kind === 'map') return [range.params[0] ?? types.dyn, range.params[1] ?? types.dyn]
    if (range.kind === 'param') this.#bindings.set(range.name, types.dyn)
    else if (!isDyn(range))
      this.#problem(
        expr.range.at,
        `expression of type '${showType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
      )
    return [types.dyn, types.dyn]
  }

  #fold(expr: Fold): Type {
    const [first, second] = this.#variables(expr)
    const result = this.check(expr.init)
    this.#locals.push(new Map([[expr.result, result]]))
    this.#locals.push(
      new Map([[expr.item, first], ...(expr.value === undefined ? [] : [[expr.value, second] as const])]),
    )
    this.#expect(expr.condition, types.bool)
    this.#expect(expr.step, result)
    this.#locals.pop()
    const answer = this.check(expr.answer)
    this.#locals.pop()
    return this.#now(answer)
  }

  #expect(expr: Expr, wanted: Type): void {
    const given = this.check(expr)
    const next = fitAll([wanted], [given], this.#bindings)
    if (next) this.#bindings = next
    else
      this.#problem(expr.at, `expected type '${showType(this.#now(wanted))}' but found '${showType(this.#now(given))}'`)
  }
}

export const partsOf = (expr: Expr): readonly Expr[] => {
  switch (expr.kind) {
    case 'select':
      return [expr.operand]
    case 'call':
      return expr.target ? [expr.target, ...expr.args] : expr.args
    case 'list':
      return expr.items
    case 'map':
      return expr.entries.flatMap(({key, value}) => [key, value])
    case 'struct':
      return expr.fields.map(({value}) => value)
    case 'fold':
      return [expr.range, expr.init, expr.condition, expr.step, expr.answer]
    default:
      return []
  }
}

/** Writes types and overloads into the tree. Throws ExpressionError. */
export const check = (text: string, expr: Expr, env: Environment): Type => {
  const checker = new Checker(env)
  checker.check(expr)
  if (checker.problems.length > 0) throw new ExpressionError(text, checker.problems)
  checker.settle(expr)
  return expr.type ?? types.dyn
}
