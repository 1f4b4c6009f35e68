// The JSON reader for texts that are not ordinary (see json.ts): it follows Go's scanner, so that it stops at the same
// character with the same words.
import {type DuplicateKeys, JsonError, type ParsedJson} from './json.ts'
import {setOwn} from './own.ts'

const hex = /^[0-9a-fA-F]$/
const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** As Go shows a byte in a message. */
const showByte = (character: string): string => {
  if (character === "'") return `'\\''`
  if (character === '"') return `'"'`
  const byte = Buffer.from(character)[0] ?? 0
  const control: Record<number, string> = {7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r'}
  if (control[byte]) return `'${control[byte]}'`
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`
  if (byte >= 0x80 && byte < 0xa0) return `'\\u${byte.toString(16).padStart(4, '0')}'`
  return byte === 0x5c ? `'\\\\'` : `'${String.fromCharCode(byte)}'`
}

class Reader {
  readonly duplicates = new Map<object, string[]>()
  readonly #text: string
  readonly #maxDepth: number
  #at = 0
  #depth = 0

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  document(): unknown {
    const value = this.#value()
    this.#space()
    if (this.#at < this.#text.length) this.#fail('after top-level value')
    return value
  }

  #fail(context: string): never {
    const character = this.#text[this.#at]
    if (character === undefined) throw new JsonError('unexpected end of JSON input')
    throw new JsonError(`invalid character ${showByte(character)} ${context}`)
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  /** The next character that is not space. */
  #next(): string | undefined {
    this.#space()
    return this.#text[this.#at]
  }

  #value(): unknown {
    const character = this.#next()
    if (character === '{') return this.#nested(() => this.#object())
    if (character === '[') return this.#nested(() => this.#array())
    if (character === '"') return this.#string()
    if (character === 't') return this.#literal('true', true)
    if (character === 'f') return this.#literal('false', false)
    if (character === 'n') return this.#literal('null', null)
    if (character === '-' || (character !== undefined && character >= '0' && character <= '9')) return this.#number()
    return this.#fail('looking for beginning of value')
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > this.#maxDepth) throw new JsonError('exceeded max depth')
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): object {
    const object = {}
    const twice: string[] = []
    let isFirst = true
    for (;;) {
      const character = this.#next()
      if (character === '}' && isFirst) break
      if (character !== '"') this.#fail('looking for beginning of object key string')
      const key = this.#string()
      if (this.#next() !== ':') this.#fail('after object key')
      this.#at++
      const value = this.#value()
      if (Object.hasOwn(object, key) && !twice.includes(key)) twice.push(key)
      setOwn(object, key, value)
      isFirst = false
      const after = this.#next()
      if (after === '}') break
      if (after !== ',') this.#fail('after object key:value pair')
      this.#at++
    }
    this.#at++
    if (twice.length > 0) this.duplicates.set(object, twice)
    return object
  }

  #array(): unknown[] {
    const items: unknown[] = []
    if (this.#next() === ']') {
      this.#at++
      return items
    }
    for (;;) {
      items.push(this.#value())
      const after = this.#next()
      if (after === ']') break
      if (after !== ',') this.#fail('after array element')
      this.#at++
    }
    this.#at++
    return items
  }

  #literal<T>(word: string, value: T): T {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) this.#fail(`in literal ${word} (expecting ${showByte(letter)})`)
      this.#at++
    }
    return value
  }

  #string(): string {
    let value = ''
    this.#at++
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined || character < ' ') return this.#fail('in string literal')
      this.#at++
      if (character === '"') return value
      value += character === '\\' ? this.#escape() : character
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at]
    if (letter === 'u') {
      this.#at++
      const start = this.#at
      for (; this.#at < start + 4; this.#at++)
        if (!hex.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape')
      return String.fromCharCode(Number.parseInt(this.#text.slice(start, this.#at), 16))
    }
    const value = escapes[letter ?? '']
    if (value === undefined) return this.#fail('in string escape code')
    this.#at++
    return value
  }

  #digits(context: string): void {
    if (!/\d/.test(this.#text[this.#at] ?? '')) this.#fail(context)
    while (/\d/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #number(): number | bigint {
    const start = this.#at
    if (this.#text[this.#at] === '-') this.#at++
    if (this.#text[this.#at] === '0') this.#at++
    else this.#digits('in numeric literal')
    let isInteger = true
    if (this.#text[this.#at] === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
      isInteger = false
    }
    if (/[eE]/.test(this.#text[this.#at] ?? '')) {
      this.#at++
      if (/[+-]/.test(this.#text[this.#at] ?? '')) this.#at++
      this.#digits('in exponent of numeric literal')
      isInteger = false
    }
    const text = this.#text.slice(start, this.#at)
    const value = Number(text)
    if (!isInteger || Number.isSafeInteger(value)) return value
    const exact = BigInt(text)
    return BigInt.asIntN(64, exact) === exact ? exact : value
  }
}

export const parseSlowly = (text: string, maxDepth: number): ParsedJson => {
  const reader = new Reader(text, maxDepth)
  const value = reader.document()
  const duplicates: DuplicateKeys = reader.duplicates
  return duplicates.size > 0 ? {value, duplicates} : {value}
}
