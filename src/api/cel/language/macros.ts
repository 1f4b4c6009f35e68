// Calls that are not functions: they become other expressions before anything is checked.
import {type Call, type Expr, type Fold, type Ident, resultName} from './ast.ts'

export class MacroError extends Error {
  override readonly name = 'MacroError'
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

type Written = Pick<Call, 'name' | 'target' | 'args' | 'at'>

const call = (at: number, name: string, ...args: Expr[]): Expr => ({kind: 'call', at, name, args})
const member = (at: number, target: Expr, name: string, ...args: Expr[]): Expr => ({
  kind: 'call',
  at,
  name,
  target,
  args,
})
const literal = (at: number, value: unknown): Expr => ({kind: 'literal', at, value})
const ident = (at: number, name: string): Ident => ({kind: 'ident', at, name})
const listOf = (at: number, ...items: Expr[]): Expr => ({kind: 'list', at, items, optional: new Set()})

const nameIn = (expr: Expr | undefined, at: number): string => {
  if (expr?.kind !== 'ident' || expr.name.startsWith('.'))
    throw new MacroError(expr?.at ?? at, 'argument must be a simple name')
  return expr.name
}

type Parts = Pick<Fold, 'init' | 'condition' | 'step' | 'answer'>

interface Variables {
  readonly item: string
  readonly value?: string | undefined
}

const fold = (at: number, range: Expr, variables: Variables, parts: Parts): Fold => ({
  kind: 'fold',
  at,
  range,
  ...variables,
  result: resultName,
  ...parts,
})

const all = (at: number, test: Expr): Parts => ({
  init: literal(at, true),
  condition: call(at, '@not_strictly_false', ident(at, resultName)),
  step: call(at, '_&&_', ident(at, resultName), test),
  answer: ident(at, resultName),
})

const exists = (at: number, test: Expr): Parts => ({
  init: literal(at, false),
  condition: call(at, '@not_strictly_false', call(at, '!_', ident(at, resultName))),
  step: call(at, '_||_', ident(at, resultName), test),
  answer: ident(at, resultName),
})

const existsOne = (at: number, test: Expr): Parts => ({
  init: literal(at, 0n),
  condition: literal(at, true),
  step: call(at, '_?_:_', test, call(at, '_+_', ident(at, resultName), literal(at, 1n)), ident(at, resultName)),
  answer: call(at, '_==_', ident(at, resultName), literal(at, 1n)),
})

const collect = (at: number, test: Expr | undefined, item: Expr): Parts => {
  const step = call(at, '_+_', ident(at, resultName), listOf(at, item))
  return {
    init: listOf(at),
    condition: literal(at, true),
    step: test ? call(at, '_?_:_', test, step, ident(at, resultName)) : step,
    answer: ident(at, resultName),
  }
}

/** A map that grows by one entry for each item. */
const collectMap = (at: number, test: Expr | undefined, key: Expr | undefined, value: Expr): Parts => {
  const step = key
    ? call(at, 'cel.@mapInsert', ident(at, resultName), key, value)
    : call(at, 'cel.@mapInsert', ident(at, resultName), value)
  return {
    init: {kind: 'map', at, entries: []},
    condition: literal(at, true),
    step: test ? call(at, '_?_:_', test, step, ident(at, resultName)) : step,
    answer: ident(at, resultName),
  }
}

/** A name for a value that is computed once. */
const bind = (at: number, name: string, value: Expr, body: Expr): Expr => ({
  kind: 'fold',
  at,
  range: listOf(at),
  item: '#unused',
  result: name,
  init: value,
  condition: literal(at, false),
  step: ident(at, name),
  answer: body,
})

type Expander = (written: Written, target: Expr, args: readonly Expr[]) => Expr | undefined

const overItems: Readonly<Record<string, Expander>> = {
  all: ({at}, target, [variable, test]) => test && fold(at, target, {item: nameIn(variable, at)}, all(at, test)),
  exists: ({at}, target, [variable, test]) => test && fold(at, target, {item: nameIn(variable, at)}, exists(at, test)),
  exists_one: ({at}, target, [variable, test]) =>
    test && fold(at, target, {item: nameIn(variable, at)}, existsOne(at, test)),
  existsOne: ({at}, target, [variable, test]) =>
    test && fold(at, target, {item: nameIn(variable, at)}, existsOne(at, test)),
  filter: ({at}, target, [variable, test]) =>
    test && fold(at, target, {item: nameIn(variable, at)}, collect(at, test, ident(at, nameIn(variable, at)))),
  map: ({at}, target, [variable, item]) =>
    item && fold(at, target, {item: nameIn(variable, at)}, collect(at, undefined, item)),
  optMap: ({at}, target, [variable, body]) => body && optional(at, target, nameIn(variable, at), body, true),
  optFlatMap: ({at}, target, [variable, body]) => body && optional(at, target, nameIn(variable, at), body, false),
  sortBy: ({at}, target, [variable, key]) => {
    if (!key) return undefined
    const name = '@__sortBy_input__'
    const keys = fold(at, ident(at, name), {item: nameIn(variable, at)}, collect(at, undefined, key))
    return bind(at, name, target, member(at, ident(at, name), '@sortByAssociatedKeys', keys))
  },
}

const optional = (at: number, target: Expr, name: string, body: Expr, wraps: boolean): Expr => {
  const inner = bind(at, name, member(at, target, 'value'), body)
  return call(
    at,
    '_?_:_',
    member(at, target, 'hasValue'),
    wraps ? call(at, 'optional.of', inner) : inner,
    call(at, 'optional.none'),
  )
}

const two = ([first, second]: readonly Expr[], at: number): Variables => ({
  item: nameIn(first, at),
  value: nameIn(second, at),
})

/** With an index or key, and a value. */
const overPairs: Readonly<Record<string, Expander>> = {
  all: ({at}, target, args) => args[2] && fold(at, target, two(args, at), all(at, args[2])),
  exists: ({at}, target, args) => args[2] && fold(at, target, two(args, at), exists(at, args[2])),
  existsOne: ({at}, target, args) => args[2] && fold(at, target, two(args, at), existsOne(at, args[2])),
  exists_one: ({at}, target, args) => args[2] && fold(at, target, two(args, at), existsOne(at, args[2])),
  // Three arguments are one variable, a test and a result.
  map: ({at}, target, [variable, test, item]) =>
    item && fold(at, target, {item: nameIn(variable, at)}, collect(at, test, item)),
  transformList: ({at}, target, args) => args[2] && fold(at, target, two(args, at), collect(at, undefined, args[2])),
  transformMap: ({at}, target, args) =>
    args[2] && fold(at, target, two(args, at), collectMap(at, undefined, args[0], args[2])),
  transformMapEntry: ({at}, target, args) =>
    args[2] && fold(at, target, two(args, at), collectMap(at, undefined, undefined, args[2])),
}

const overPairsThatFit: Readonly<Record<string, Expander>> = {
  transformList: ({at}, target, args) => args[3] && fold(at, target, two(args, at), collect(at, args[2], args[3])),
  transformMap: ({at}, target, args) =>
    args[3] && fold(at, target, two(args, at), collectMap(at, args[2], args[0], args[3])),
  transformMapEntry: ({at}, target, args) =>
    args[3] && fold(at, target, two(args, at), collectMap(at, args[2], undefined, args[3])),
}

const byCount: Readonly<Record<number, Readonly<Record<string, Expander>>>> = {
  2: overItems,
  3: overPairs,
  4: overPairsThatFit,
}

const isNamed = (expr: Expr | undefined, name: string): boolean => expr?.kind === 'ident' && expr.name === name

const presence = ({at, args: [argument]}: Written): Expr => {
  if (argument?.kind !== 'select') throw new MacroError(argument?.at ?? at, 'invalid argument to has() macro')
  return {...argument, at, tests: true}
}

const extremes: Readonly<Record<string, string>> = {greatest: 'math.@max', least: 'math.@min'}

/** Undefined: it is no macro. */
export const expandMacro = (written: Written): Expr | undefined => {
  const {name, target, args, at} = written
  if (!target) return name === 'has' && args.length === 1 ? presence(written) : undefined
  if (isNamed(target, 'cel') && name === 'bind' && args.length === 3)
    return bind(at, nameIn(args[0], at), args[1] as Expr, args[2] as Expr)
  const extreme = isNamed(target, 'math') ? extremes[name] : undefined
  if (extreme) return call(at, extreme, ...(args.length > 2 ? [listOf(at, ...args)] : args))
  const table = byCount[args.length]
  return table && Object.hasOwn(table, name) ? table[name]?.(written, target, args) : undefined
}
