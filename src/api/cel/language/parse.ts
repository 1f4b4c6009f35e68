// Tokens to a tree, by precedence. Complaints are in the words of the parser that Kubernetes uses.
import type {Entry, Expr, StructField} from './ast.ts'
import {lex, type Token} from './lex.ts'
import {expandMacro, MacroError} from './macros.ts'
import {ExpressionError, type Problem} from './source.ts'

const starts =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

const reserved: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

const deepest = 250

class SyntaxStop extends Error {
  override readonly name = 'SyntaxStop'
}

/** Operators of one level each, from those that bind least. */
const levels: readonly ReadonlyMap<string, string>[] = [
  new Map([['||', '_||_']]),
  new Map([['&&', '_&&_']]),
  new Map([
    ['==', '_==_'],
    ['!=', '_!=_'],
    ['<', '_<_'],
    ['<=', '_<=_'],
    ['>', '_>_'],
    ['>=', '_>=_'],
    ['in', '@in'],
  ]),
  new Map([
    ['+', '_+_'],
    ['-', '_-_'],
  ]),
  new Map([
    ['*', '_*_'],
    ['/', '_/_'],
    ['%', '_%_'],
  ]),
]

class Parser {
  readonly #tokens: readonly Token[]
  readonly problems: Problem[]
  #index = 0
  #depth = 0

  constructor(text: string) {
    const {tokens, problems} = lex(text)
    this.#tokens = tokens
    this.problems = [...problems]
  }

  whole(): Expr | undefined {
    try {
      const expr = this.#expression()
      if (this.#next.kind !== 'end') this.#unexpected('<EOF>', this.#peek(1).kind === 'end')
      return expr
    } catch (error) {
      if (!(error instanceof SyntaxStop)) throw error
      return undefined
    }
  }

  get #next(): Token {
    return this.#peek(0)
  }

  #peek(ahead: number): Token {
    return (this.#tokens[this.#index + ahead] ?? this.#tokens.at(-1)) as Token
  }

  #take(): Token {
    const token = this.#next
    this.#index++
    return token
  }

  #is(symbol: string): boolean {
    const {kind, text} = this.#next
    return kind === 'symbol' && text === symbol
  }

  #takeIf(symbol: string): boolean {
    const is = this.#is(symbol)
    if (is) this.#index++
    return is
  }

  #stop(at: number, message: string): never {
    this.problems.push({at, message: `Syntax error: ${message}`})
    throw new SyntaxStop(message)
  }

  #unexpected(expected: string, isExtra: boolean): never {
    const {text, at} = this.#next
    return this.#stop(at, `${isExtra ? 'extraneous' : 'mismatched'} input '${text}' expecting ${expected}`)
  }

  #close(symbol: string): void {
    if (this.#takeIf(symbol)) return
    const {text, at, kind} = this.#next
    if (kind === 'end') this.#stop(at, `missing '${symbol}' at '${text}'`)
    this.#unexpected(`{'${symbol}', ','}`, false)
  }

  #expression(): Expr {
    if (++this.#depth > deepest) this.#stop(this.#next.at, 'expression recursion limit exceeded: 250')
    const condition = this.#binary(0)
    let expr = condition
    if (this.#is('?')) {
      const {at} = this.#take()
      const then = this.#binary(0)
      if (!this.#takeIf(':')) this.#unexpected("':'", false)
      expr = {kind: 'call', at, name: '_?_:_', args: [condition, then, this.#expression()]}
    }
    this.#depth--
    return expr
  }

  #binary(level: number): Expr {
    const operators = levels[level]
    if (!operators) return this.#unary()
    if (level < 2) return this.#balanced(level, operators)
    let left = this.#binary(level + 1)
    for (;;) {
      const name = this.#next.kind === 'symbol' ? operators.get(this.#next.text) : undefined
      if (!name) return left
      const {at} = this.#take()
      left = {kind: 'call', at, name, args: [left, this.#binary(level + 1)]}
    }
  }

  /** Long chains of && and || become flat trees. */
  #balanced(level: number, operators: ReadonlyMap<string, string>): Expr {
    const terms = [this.#binary(level + 1)]
    const places: number[] = []
    const [[symbol, name] = ['', '']] = operators
    while (this.#is(symbol)) {
      places.push(this.#take().at)
      terms.push(this.#binary(level + 1))
    }
    const join = (from: number, to: number): Expr => {
      if (from === to) return terms[from] as Expr
      const middle = (from + to) >> 1
      return {kind: 'call', at: places[middle] ?? 0, name, args: [join(from, middle), join(middle + 1, to)]}
    }
    return join(0, terms.length - 1)
  }

  #unary(): Expr {
    const {text, at, kind} = this.#next
    if (kind !== 'symbol' || (text !== '!' && text !== '-')) return this.#member()
    let count = 0
    while (this.#takeIf(text)) count++
    const literal = this.#next
    // A minus sign is part of a number.
    if (text === '-' && count % 2 === 1 && literal.kind === 'literal' && isNumber(literal.value)) {
      const operand = this.#member(-(literal.value as never) as unknown)
      return operand
    }
    const operand = this.#member()
    return count % 2 === 0 ? operand : {kind: 'call', at, name: text === '!' ? '!_' : '-_', args: [operand]}
  }

  #member(negated?: unknown): Expr {
    let expr = this.#primary(negated)
    for (;;) {
      if (this.#is('.')) expr = this.#selection(expr)
      else if (this.#is('[')) expr = this.#index_(expr)
      else if (this.#is('{') && isTypeName(expr)) expr = this.#struct(nameOf(expr))
      else return expr
    }
  }

  #selection(operand: Expr): Expr {
    const dot = this.#take()
    const isOptional = this.#takeIf('?')
    const token = this.#next
    if (token.kind !== 'name' && token.kind !== 'quoted-name')
      this.#stop(token.at, `no viable alternative at input '.${token.kind === 'end' ? '' : token.text}'`)
    this.#take()
    const field = token.kind === 'quoted-name' ? String(token.value) : token.text
    if (isOptional)
      return {kind: 'call', at: dot.at, name: '_?._', args: [operand, {kind: 'literal', at: dot.at, value: field}]}
    if (this.#is('(') && token.kind === 'name') {
      const open = this.#take()
      return this.#call(field, operand, this.#arguments(), open.at)
    }
    return {kind: 'select', at: dot.at, operand, field, tests: false}
  }

  #index_(operand: Expr): Expr {
    const {at} = this.#take()
    const isOptional = this.#takeIf('?')
    const index = this.#expression()
    this.#close(']')
    return {kind: 'call', at, name: isOptional ? '_[?_]' : '_[_]', args: [operand, index]}
  }

  #arguments(): Expr[] {
    const args: Expr[] = []
    if (this.#takeIf(')')) return args
    do args.push(this.#expression())
    while (this.#takeIf(','))
    this.#close(')')
    return args
  }

  #call(name: string, target: Expr | undefined, args: readonly Expr[], at: number): Expr {
    try {
      const expanded = expandMacro({name, target, args, at})
      if (expanded) return expanded
    } catch (error) {
      if (!(error instanceof MacroError)) throw error
      this.problems.push({at: error.at, message: error.message})
    }
    return {kind: 'call', at, name, target, args}
  }

  #primary(negated?: unknown): Expr {
    const token = this.#next
    if (token.kind === 'literal') {
      this.#take()
      return {kind: 'literal', at: token.at - (negated === undefined ? 0 : 1), value: negated ?? token.value}
    }
    if (token.kind === 'name') return this.#name('')
    if (this.#is('.') && this.#peek(1).kind === 'name') {
      this.#take()
      return this.#name('.')
    }
    if (this.#takeIf('(')) {
      const inner = this.#expression()
      this.#close(')')
      return inner
    }
    if (this.#is('[')) return this.#list()
    if (this.#is('{')) return this.#map()
    return this.#unexpected(starts, this.#peek(1).kind !== 'end' && canStart(this.#peek(1)) && token.kind !== 'end')
  }

  #name(dot: string): Expr {
    const {text, at} = this.#take()
    if (reserved.has(text)) this.problems.push({at, message: `reserved identifier: ${text}`})
    if (!this.#is('(')) return {kind: 'ident', at, name: dot + text}
    const open = this.#take()
    return this.#call(dot + text, undefined, this.#arguments(), open.at)
  }

  #list(): Expr {
    const {at} = this.#take()
    const items: Expr[] = []
    const optional = new Set<number>()
    while (!this.#is(']')) {
      if (this.#takeIf('?')) optional.add(items.length)
      items.push(this.#expression())
      if (!this.#takeIf(',')) break
    }
    this.#close(']')
    return {kind: 'list', at, items, optional}
  }

  #map(): Expr {
    const {at} = this.#take()
    const entries: Entry[] = []
    while (!this.#is('}')) {
      const isOptional = this.#takeIf('?')
      const key = this.#expression()
      if (!this.#takeIf(':')) this.#unexpected("':'", false)
      entries.push({key, value: this.#expression(), isOptional})
      if (!this.#takeIf(',')) break
    }
    this.#close('}')
    return {kind: 'map', at, entries}
  }

  #struct(name: string): Expr {
    const {at} = this.#take()
    const fields: StructField[] = []
    while (!this.#is('}')) {
      const isOptional = this.#takeIf('?')
      const token = this.#next
      if (token.kind !== 'name' && token.kind !== 'quoted-name') this.#unexpected('IDENTIFIER', false)
      this.#take()
      const colon = this.#next
      if (!this.#takeIf(':')) this.#unexpected("':'", false)
      const field = token.kind === 'quoted-name' ? String(token.value) : token.text
      fields.push({at: colon.at, name: field, value: this.#expression(), isOptional})
      if (!this.#takeIf(',')) break
    }
    this.#close('}')
    return {kind: 'struct', at, name, fields}
  }
}

const isNumber = (value: unknown): boolean => typeof value === 'bigint' || typeof value === 'number'

const canStart = ({kind, text}: Token): boolean => kind === 'name' || kind === 'literal' || /^[[{(.!-]$/.test(text)

/** `Object.spec` before a brace. */
const isTypeName = (expr: Expr): boolean =>
  expr.kind === 'ident' || (expr.kind === 'select' && !expr.tests && isTypeName(expr.operand))

const nameOf = (expr: Expr): string => {
  if (expr.kind === 'ident') return expr.name
  return expr.kind === 'select' ? `${nameOf(expr.operand)}.${expr.field}` : ''
}

/** Throws ExpressionError. */
export const parse = (text: string): Expr => {
  const parser = new Parser(text)
  const expr = parser.whole()
  if (parser.problems.length > 0 || !expr) throw new ExpressionError(text, parser.problems)
  return expr
}
