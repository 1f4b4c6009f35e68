// Words of a Dockerfile: quotes, escapes and variables, as in a shell: `$x`, `${x:-y}`, `${x:+y}`, `${x:?y}`,
// `${x#pattern}`, `${x%pattern}`, `${x/pattern/text}`.
import {matchesPattern} from './pattern.ts'

export type Variables = (name: string) => string | undefined

export interface Expansion {
  readonly variables: Variables
  readonly escapes: string
}

const longestFirst = (length: number): number[] => Array.from({length: length + 1}, (_, at) => length - at)

const trimStart = (value: string, pattern: string, greedy: boolean): string => {
  const lengths = longestFirst(value.length)
  const found = (greedy ? lengths : lengths.reverse()).find((length) => matchesPattern(pattern, value.slice(0, length)))
  return value.slice(found ?? 0)
}

const trimEnd = (value: string, pattern: string, greedy: boolean): string => {
  const starts = longestFirst(value.length)
  const found = (greedy ? starts.reverse() : starts).find((start) => matchesPattern(pattern, value.slice(start)))
  return value.slice(0, found ?? value.length)
}

const replace = (value: string, pattern: string, text: string, all: boolean): string => {
  let result = ''
  for (let at = 0; at < value.length; ) {
    const length = longestFirst(value.length - at).find(
      (size) => size > 0 && matchesPattern(pattern, value.slice(at, at + size)),
    )
    if (length === undefined) result += value[at++]
    else {
      result += text
      at += length
      if (!all) return result + value.slice(at)
    }
  }
  return result
}

const splitReplacement = (text: string): readonly [string, string] => {
  const slash = text.search(/(?<!\\)\//)
  return slash < 0 ? [text, ''] : [text.slice(0, slash).replaceAll('\\/', '/'), text.slice(slash + 1)]
}

class Expander {
  readonly #text: string
  readonly #expansion: Expansion
  #at = 0

  constructor(text: string, expansion: Expansion) {
    this.#text = text
    this.#expansion = expansion
  }

  /** One word, quotes taken off. */
  word(): string {
    return this.#until('', '')
  }

  /** Words with spaces between them; what a variable brings in is split no further. */
  words(): string[] {
    const words: string[] = []
    for (;;) {
      while (/\s/.test(this.#letter)) this.#at++
      if (this.#at >= this.#text.length) return words
      words.push(this.#until('', ' \t\n'))
    }
  }

  /** Everything but variables stays as it is. */
  text(): string {
    let result = ''
    while (this.#at < this.#text.length) {
      const letter = this.#take()
      if (letter === this.#expansion.escapes && this.#letter === '$') result += this.#take()
      else result += letter === '$' ? this.#variable() : letter
    }
    return result
  }

  get #letter(): string {
    return this.#text[this.#at] ?? ''
  }
  #take(): string {
    return this.#text[this.#at++] ?? ''
  }

  #until(end: string, stops: string): string {
    let result = ''
    while (this.#at < this.#text.length && !(end !== '' && this.#letter === end)) {
      if (stops !== '' && stops.includes(this.#letter)) break
      const letter = this.#take()
      if (letter === "'") result += this.#single()
      else if (letter === '"') result += this.#double()
      else if (letter === this.#expansion.escapes) result += this.#take()
      else result += letter === '$' ? this.#variable() : letter
    }
    return result
  }

  #single(): string {
    const end = this.#text.indexOf("'", this.#at)
    if (end < 0) throw new Error('unexpected end of statement while looking for matching single-quote')
    const inside = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return inside
  }

  #double(): string {
    let result = ''
    for (;;) {
      if (this.#at >= this.#text.length)
        throw new Error('unexpected end of statement while looking for matching double-quote')
      const letter = this.#take()
      if (letter === '"') return result
      if (letter === this.#expansion.escapes && `"$${this.#expansion.escapes}`.includes(this.#letter))
        result += this.#take()
      else result += letter === '$' ? this.#variable() : letter
    }
  }

  #name(): string {
    const [name = ''] = /^(?:[A-Za-z_]\w*|[0-9@*#?!-])/.exec(this.#text.slice(this.#at)) ?? []
    this.#at += name.length
    return name
  }

  #variable(): string {
    if (this.#letter !== '{') {
      const name = this.#name()
      return name === '' ? '$' : (this.#expansion.variables(name) ?? '')
    }
    this.#at++
    const name = this.#name()
    if (name === '') throw new Error('bad substitution')
    const value = this.#expansion.variables(name)
    if (this.#text.startsWith('}', this.#at)) {
      this.#at++
      return value ?? ''
    }
    return this.#modified(name, value)
  }

  #modified(name: string, value: string | undefined): string {
    const operator = /^(?::?[-+?]|##?|%%?|\/\/?)/.exec(this.#text.slice(this.#at))?.[0]
    if (operator === undefined) throw new Error(`unsupported modifier (${this.#letter}) in substitution`)
    this.#at += operator.length
    const word = this.#until('}', '')
    if (this.#take() !== '}') throw new Error('syntax error: missing }')
    const given = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
    switch (operator.replace(':', '')) {
      case '-':
        return given ? (value ?? '') : word
      case '+':
        return given ? word : ''
      case '?':
        if (!given) throw new Error(`${name}: ${word || 'parameter not set'}`)
        return value ?? ''
      case '#':
      case '##':
        return trimStart(value ?? '', word, operator === '##')
      case '%':
      case '%%':
        return trimEnd(value ?? '', word, operator === '%%')
      default:
        return replace(value ?? '', ...splitReplacement(word), operator === '//')
    }
  }
}

export const expandWord = (text: string, expansion: Expansion): string => new Expander(text, expansion).word()
export const expandWords = (text: string, expansion: Expansion): string[] => new Expander(text, expansion).words()
/** A heredoc: variables only. */
export const expandText = (text: string, expansion: Expansion): string => new Expander(text, expansion).text()
