// Label selectors as text: `app=web,tier in (a,b),!legacy`.
import {qualifiedName, validLabelValue} from '../../api/meta/names.ts'
import {badRequest} from '../errors.ts'

type Labels = Readonly<Record<string, string>> | undefined
type Test = (labels: Labels) => boolean

const fail = (message: string): never => {
  throw badRequest(`unable to parse requirement: ${message}`)
}

const special = new Set(['(', ')', ',', '=', '!', '>', '<'])
const twoLetters = new Set(['==', '!='])

const tokensOf = (text: string): string[] => {
  const tokens: string[] = []
  for (let at = 0; at < text.length; ) {
    const letter = text[at] ?? ''
    if (/\s/.test(letter)) at++
    else if (special.has(letter)) {
      const two = text.slice(at, at + 2)
      const token = twoLetters.has(two) ? two : letter
      tokens.push(token)
      at += token.length
    } else {
      let end = at
      while (end < text.length && !special.has(text[end] ?? '') && !/\s/.test(text[end] ?? '')) end++
      tokens.push(text.slice(at, end))
      at = end
    }
  }
  return tokens
}

const isWord = (token: string | undefined): token is string => token !== undefined && !special.has(token[0] ?? '')

class Parser {
  readonly #tokens: string[]
  #at = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  parse(): Test[] {
    const tests: Test[] = []
    if (this.#peek() === undefined) return tests
    for (;;) {
      const token = this.#peek()
      if (!isWord(token) && token !== '!') fail(`found '${token ?? ''}', expected: !, identifier, or 'end of string'`)
      tests.push(this.#requirement())
      const next = this.#next()
      if (next === undefined) return tests
      if (next !== ',') fail(`found '${next}', expected: ',' or 'end of string'`)
      const after = this.#peek()
      if (!isWord(after) && after !== '!') fail(`found '${after ?? ''}', expected: identifier after ','`)
    }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #next(): string | undefined {
    return this.#tokens[this.#at++]
  }

  #requirement(): Test {
    const absent = this.#peek() === '!'
    if (absent) this.#at++
    const key = this.#next() ?? ''
    if (key === '' || special.has(key)) fail(`found '${key}', expected: identifier`)
    const complaints = qualifiedName(key)
    if (complaints.length > 0) fail(`key: Invalid value: ${JSON.stringify(key)}: ${complaints.join('; ')}`)
    const after = this.#peek()
    if (absent) return (labels) => labels?.[key] === undefined
    if (after === undefined || after === ',') return (labels) => labels?.[key] !== undefined
    return this.#comparison(key, this.#next() ?? '')
  }

  #comparison(key: string, operator: string): Test {
    switch (operator) {
      case 'in': {
        const values = new Set(this.#set(key))
        return (labels) => values.has(labels?.[key] as string)
      }
      case 'notin': {
        const values = new Set(this.#set(key))
        return (labels) => !values.has(labels?.[key] as string)
      }
      case '=':
      case '==': {
        const value = this.#value(key)
        return (labels) => labels?.[key] === value
      }
      case '!=': {
        const value = this.#value(key)
        return (labels) => labels?.[key] !== value
      }
      case '>':
      case '<':
      case 'gt':
      case 'lt':
        return this.#order(key, operator)
      default:
        return fail(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`)
    }
  }

  #order(key: string, operator: string): Test {
    const text = this.#value(key)
    if (!/^[+-]?\d+$/.test(text))
      fail(`values[0]: Invalid value: ${JSON.stringify(text)}: for 'Gt', 'Lt' operators, the value must be an integer`)
    const bound = Number(text)
    const greater = operator === '>' || operator === 'gt'
    return (labels) => {
      const label = labels?.[key]
      if (label === undefined || !/^[+-]?\d+$/.test(label)) return false
      return greater ? Number(label) > bound : Number(label) < bound
    }
  }

  #value(key: string): string {
    const token = this.#peek()
    if (token === undefined || token === ',') return ''
    this.#at++
    if (special.has(token)) fail(`found '${token}', expected: identifier`)
    return checkedValue(key, token)
  }

  #set(key: string): string[] {
    const open = this.#next()
    if (open !== '(') fail(`found '${open ?? ''}' expected: '('`)
    const values: string[] = []
    let expectsValue = true
    for (;;) {
      const token = this.#next()
      if (token === ')') {
        if (expectsValue) values.push('')
        return [...new Set(values)].map((value) => checkedValue(key, value))
      }
      if (token === ',') {
        if (expectsValue) values.push('')
        expectsValue = true
      } else if (isWord(token)) {
        values.push(token)
        expectsValue = false
      } else fail(`found '${token ?? ''}', expected: ',', ')' or identifier`)
    }
  }
}

const checkedValue = (key: string, value: string): string => {
  const complaints = validLabelValue(value)
  if (complaints.length > 0)
    fail(`values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${complaints.join('; ')}`)
  return value
}

export const parseLabelSelector = (text: string): Test | undefined => {
  const tests = new Parser(text).parse()
  return tests.length === 0 ? undefined : (labels) => tests.every((test) => test(labels))
}
