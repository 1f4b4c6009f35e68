// A checked expression as a function: every node becomes a closure once, and runs many times.

import {hasType, TypeValue, typeOfValue} from '../values/kinds.ts'
import {entriesOf, isMap, MadeMap} from '../values/maps.ts'
import {unescapeName} from '../values/names.ts'
import {CelError} from '../values/numbers.ts'
import {Optional, optionalOf} from '../values/optional.ts'
import type {Call, Expr, Fold, Select} from './ast.ts'
import type {Environment, Overload} from './environment.ts'
import {CostExceeded, costOfCall, type Meter, spend} from './run-cost.ts'
import {isDyn} from './type.ts'

export interface Run extends Meter {
  readonly variables: Readonly<Record<string, unknown>>
  /** Results and items of loops that are under way. */
  readonly locals: unknown[]
}

export type Step = (run: Run) => unknown

/** An error as a value: `a || b` is true when b is, whatever happened to a. */
class Failure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

const attempt = (step: Step, run: Run): unknown => {
  try {
    return step(run)
  } catch (error) {
    if (error instanceof CostExceeded || !(error instanceof CelError)) throw error
    return new Failure(error)
  }
}

const noOverload = (): never => {
  throw new CelError('no such overload')
}

class Planner {
  readonly #env: Environment
  /** Names of what stands where in `locals`. */
  readonly #scope: string[] = []

  constructor(env: Environment) {
    this.#env = env
  }

  plan(expr: Expr): Step {
    switch (expr.kind) {
      case 'literal': {
        const {value} = expr
        return () => value
      }
      case 'ident':
        return this.#ident(expr.name.replace(/^\./, ''))
      case 'select':
        return expr.variable === undefined ? this.#select(expr) : this.#ident(expr.variable)
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

  #ident(name: string): Step {
    const slot = this.#scope.lastIndexOf(name)
    if (slot >= 0)
      return (run) => {
        spend(run, 1)
        const value = run.locals[slot]
        if (value instanceof Failure) throw value.error
        return value
      }
    if (!this.#env.variables.has(name) && this.#env.typeNames.has(name)) {
      const value = new TypeValue(name)
      return () => value
    }
    return (run) => {
      spend(run, 1)
      if (!(name in run.variables)) throw new CelError(`no such attribute(s): ${name}`)
      return run.variables[name]
    }
  }

  #select({operand, field, tests}: Select): Step {
    const of = this.plan(operand)
    if (tests)
      return (run) => {
        const value = of(run)
        const inner = value instanceof Optional ? value.is?.value : value
        return isMap(inner) ? inner.has(field) : value instanceof Optional && !value.is ? false : noOverload()
      }
    return (run) => {
      const value = of(run)
      spend(run, 1)
      if (isMap(value)) {
        if (!value.has(field)) throw new CelError(`no such key: ${field}`)
        return value.get(field)
      }
      if (value instanceof Optional) return selectOptional(value, field)
      return noOverload()
    }
  }

  #call(expr: Call): Step {
    const parts = expr.target ? [expr.target, ...expr.args] : [...expr.args]
    const steps = parts.map((part) => this.plan(part))
    const special = specials[expr.name]
    if (special) return special(steps)
    const known = this.#env.functions.get(expr.name)?.overloads ?? []
    const meant = known.filter(({id}) => expr.overloads?.includes(id))
    const [only] = meant
    const isCertain =
      only && meant.length === 1 && parts.every(({type}) => type && !isDyn(type) && type.kind !== 'param')
    return isCertain ? direct(expr.name, only, steps) : dispatched(expr.name, meant, steps)
  }

  #list({items, optional}: Extract<Expr, {kind: 'list'}>): Step {
    const steps = items.map((item) => this.plan(item))
    if (optional.size === 0)
      return (run) => {
        spend(run, 10)
        return steps.map((step) => step(run))
      }
    return (run) => {
      spend(run, 10)
      return steps.flatMap((step, index) => {
        const value = step(run)
        if (!optional.has(index)) return [value]
        if (!(value instanceof Optional)) return noOverload()
        return value.is ? [value.is.value] : []
      })
    }
  }

  #map({entries}: Extract<Expr, {kind: 'map'}>): Step {
    const steps = entries.map(({key, value, isOptional}) => [this.plan(key), this.plan(value), isOptional] as const)
    return (run) => {
      spend(run, 30)
      return new MadeMap(steps.flatMap(([key, value, isOptional]) => entry(key(run), value(run), isOptional)))
    }
  }

  #struct({fields}: Extract<Expr, {kind: 'struct'}>): Step {
    const steps = fields.map(({name, value, isOptional}) => [unescapeName(name), this.plan(value), isOptional] as const)
    return (run) => {
      spend(run, 40)
      return new MadeMap(steps.flatMap(([name, value, isOptional]) => entry(name, value(run), isOptional)))
    }
  }

  #fold(expr: Fold): Step {
    const range = this.plan(expr.range)
    const init = this.plan(expr.init)
    const slot = this.#scope.push(expr.result) - 1
    this.#scope.push(expr.item, expr.value ?? '')
    const condition = this.plan(expr.condition)
    const step = this.plan(expr.step)
    this.#scope.length = slot + 1
    const answer = this.plan(expr.answer)
    this.#scope.length = slot
    const wantsPairs = expr.value !== undefined
    return (run) => {
      const {locals} = run
      const items = itemsOf(range(run), wantsPairs)
      locals[slot] = init(run)
      for (const [first, second] of items) {
        locals[slot + 1] = first
        locals[slot + 2] = second
        if (condition(run) !== true) break
        locals[slot] = attempt(step, run)
      }
      return answer(run)
    }
  }
}

const entry = (key: unknown, value: unknown, isOptional: boolean): [unknown, unknown][] => {
  if (!isOptional) return [[key, value]]
  if (!(value instanceof Optional)) return noOverload()
  return value.is ? [[key, value.is.value]] : []
}

const itemsOf = function* (range: unknown, wantsPairs: boolean): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(range)) {
    for (const [index, item] of range.entries()) yield wantsPairs ? [BigInt(index), item] : [item, undefined]
  } else if (isMap(range)) yield* entriesOf(range)
  else noOverload()
}

const selectOptional = (value: unknown, key: unknown): Optional => {
  const inner = value instanceof Optional ? value.is?.value : value
  if (inner === undefined) return optionalOf(undefined)
  if (isMap(inner)) return optionalOf(inner.has(key) ? inner.get(key) : undefined)
  if (!Array.isArray(inner)) return noOverload()
  const at = Number(key)
  return optionalOf(at >= 0 && at < inner.length ? inner[at] : undefined)
}

const asBool = (value: unknown): boolean => {
  if (value instanceof Failure) throw value.error
  return typeof value === 'boolean' ? value : noOverload()
}

/** Decided as soon as one side decides it; what fails on the other side does not matter then. */
const logical =
  (decides: boolean) =>
  ([left, right]: readonly Step[]): Step =>
  (run) => {
    const a = attempt(left as Step, run)
    if (a === decides) return decides
    const b = attempt(right as Step, run)
    if (b === decides) return decides
    return asBool(a) && asBool(b)
  }

const specials: Readonly<Record<string, (steps: readonly Step[]) => Step>> = {
  '_&&_': logical(false),
  '_||_': logical(true),
  '_?_:_':
    ([test, then, otherwise]) =>
    (run) =>
      asBool(test?.(run)) ? then?.(run) : otherwise?.(run),
  '@not_strictly_false':
    ([inner]) =>
    (run) =>
      attempt(inner as Step, run) !== false,
  '_?._':
    ([operand, field]) =>
    (run) =>
      selectOptional(operand?.(run), field?.(run)),
  '_[?_]':
    ([operand, index]) =>
    (run) =>
      selectOptional(operand?.(run), index?.(run)),
  type:
    ([inner]) =>
    (run) =>
      typeOfValue(inner?.(run)),
}

const valuesOf = (steps: readonly Step[], run: Run): unknown[] => steps.map((step) => step(run))

const direct = (name: string, {run: call}: Overload, steps: readonly Step[]): Step => {
  const code = call as (...args: unknown[]) => unknown
  return (run) => {
    const args = valuesOf(steps, run)
    spend(run, costOfCall(name, args))
    return code(...args)
  }
}

const fits = ({params}: Overload, args: readonly unknown[]): boolean =>
  params.every((type, index) => hasType(args[index], type))

/** What the arguments are decides, when they are there. */
const dispatched = (name: string, overloads: readonly Overload[], steps: readonly Step[]): Step => {
  return (run) => {
    const args = valuesOf(steps, run)
    spend(run, costOfCall(name, args))
    if (name === '_[_]' && args[0] instanceof Optional) return selectOptional(args[0], args[1])
    const meant = overloads.find((overload) => fits(overload, args))
    return meant ? (meant.run as (...all: unknown[]) => unknown)(...args) : noOverload()
  }
}

export const plan = (expr: Expr, env: Environment): Step => new Planner(env).plan(expr)
