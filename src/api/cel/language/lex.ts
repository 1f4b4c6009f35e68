// Text to tokens. Offsets count code points, as messages do.

import {Uint} from '../values/numbers.ts'
import type {Problem} from './source.ts'
import {BadEscape, unquote} from './strings.ts'

export type TokenKind = 'name' | 'quoted-name' | 'literal' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly at: number
  readonly value?: unknown
}

const patterns: readonly (readonly [string, RegExp])[] = [
  ['space', /[\s\f]+|\/\/[^\n]*/y],
  [
    'string',
    /(?:[rR]?[bB]?|[bB][rR])(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*')/y,
  ],
  ['raw', /(?:[rR][bB]?|[bB][rR])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\n\r]*"|'[^'\n\r]*')/y],
  ['float', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['integer', /(?:0x[0-9a-fA-F]+|\d+)[uU]?/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['quoted-name', /`[A-Za-z0-9_.\-/ ]+`/y],
  ['symbol', /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y],
]

const maxInt = 9223372036854775807n
const maxUint = 18446744073709551615n

const integerOf = (text: string): bigint | Uint => {
  if (!/[uU]$/.test(text)) return BigInt(text)
  return new Uint(BigInt(text.slice(0, -1)))
}

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

export interface Lexed {
  readonly tokens: readonly Token[]
  readonly problems: readonly Problem[]
}

class Lexer {
  readonly #text: string
  readonly tokens: Token[] = []
  readonly problems: Problem[] = []
  #index = 0
  /** Code points before the index. */
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): void {
    while (this.#index < this.#text.length) this.#next()
    this.tokens.push({kind: 'end', text: '<EOF>', at: this.#at})
  }

  #next(): void {
    const rest = this.#raw()
    for (const [kind, pattern] of patterns) {
      if (kind === 'string' && rest) continue
      pattern.lastIndex = this.#index
      const text = pattern.exec(this.#text)?.[0]
      if (text === undefined) continue
      this.#add(kind, text)
      this.#skip(text)
      return
    }
    this.#unknown()
  }

  /** Raw strings have no escapes: their ends are found differently. */
  #raw(): boolean {
    return /^(?:[rR][bB]?|[bB][rR])["']/.test(this.#text.slice(this.#index, this.#index + 3))
  }

  #skip(text: string): void {
    this.#index += text.length
    this.#at += [...text].length
  }

  #add(kind: string, text: string): void {
    const at = this.#at
    if (kind === 'space') return
    if (kind === 'string' || kind === 'raw') this.#addString(text, at)
    else if (kind === 'float') this.tokens.push({kind: 'literal', text, at, value: Number(text)})
    else if (kind === 'integer') this.#addInteger(text, at)
    else if (kind === 'quoted-name') this.tokens.push({kind: 'quoted-name', text, at, value: text.slice(1, -1)})
    else if (kind === 'name' && words.has(text)) this.tokens.push({kind: 'literal', text, at, value: words.get(text)})
    else if (kind === 'name' && text === 'in') this.tokens.push({kind: 'symbol', text, at})
    else this.tokens.push({kind: kind as TokenKind, text, at})
  }

  #addInteger(text: string, at: number): void {
    const value = integerOf(text)
    // One more than fits: a minus sign may stand before it.
    const isTooLarge = value instanceof Uint ? value.value > maxUint : value > maxInt + 1n
    if (isTooLarge)
      this.problems.push({at, message: value instanceof Uint ? 'invalid uint literal' : 'invalid int literal'})
    this.tokens.push({kind: 'literal', text, at, value})
  }

  #addString(text: string, at: number): void {
    let value: unknown = ''
    try {
      value = unquote(text)
    } catch (error) {
      if (!(error instanceof BadEscape)) throw error
      this.problems.push({at, message: error.message})
    }
    this.tokens.push({kind: 'literal', text, at, value})
  }

  #unknown(): void {
    const [letter = ''] = this.#text.slice(this.#index, this.#index + 2)
    const quote = letter === '"' || letter === "'"
    // A string without an end takes the rest of its line along; other letters the space after them, as ANTLR says it.
    const text = quote ? (/^[^\n\r]*/.exec(this.#text.slice(this.#index))?.[0] ?? letter) : this.#odd(letter)
    this.problems.push({at: this.#at, message: `Syntax error: token recognition error at: '${text}'`})
    this.#skip(text)
  }

  /** `|` and `&` begin something longer: the letter after them is part of the complaint. */
  #odd(letter: string): string {
    const whole = [...this.#text.slice(this.#index, this.#index + 4)]
    return /[|&=]/.test(letter) && whole.length > 1 ? whole.slice(0, 2).join('') : (whole[0] ?? letter)
  }
}

export const lex = (text: string): Lexed => {
  const lexer = new Lexer(text)
  lexer.run()
  return lexer
}
