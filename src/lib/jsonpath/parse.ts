// kubectl's dialect of JSONPath: text with actions in braces.

export type Node =
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'list'; readonly nodes: readonly Node[]}
  | {readonly type: 'field'; readonly name: string}
  | {readonly type: 'identifier'; readonly name: string}
  | {readonly type: 'array'; readonly start: Bound; readonly end: Bound; readonly step: Bound}
  | {readonly type: 'filter'; readonly left: Node; readonly right: Node; readonly operator: string}
  /** `float`: written with a point, and no equal of a whole number. */
  | {readonly type: 'literal'; readonly value: number | boolean; readonly float?: boolean}
  | {readonly type: 'wildcard'}
  | {readonly type: 'recursive'}
  | {readonly type: 'union'; readonly nodes: readonly Node[]}

/** `given`: it was written; `derived`: the end of a single index. */
export interface Bound {
  readonly value: number
  readonly given: boolean
  readonly derived: boolean
}

export class JsonPathError extends Error {
  override readonly name = 'JsonPathError'
}

const fail = (message: string): never => {
  throw new JsonPathError(message)
}

const goChar = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`

const isWordChar = (char: string): boolean => /[\p{L}\p{N}_]/u.test(char)
/** What ends a field's name. */
const endsName = (char: string): boolean => char === '' || /[\s.,[\]$@{}]/.test(char)
/** Go's strconv.Unquote for what stands in quotes. */
const unquote = (text: string): string => {
  const inner = text.slice(1, -1)
  const body = text[0] === "'" ? inner.replaceAll("\\'", "'").replace(/(?<!\\)"/g, '\\"') : inner
  try {
    return JSON.parse(
      `"${body
        .replace(/\\x([0-9a-fA-F]{2})/g, '\\u00$1')
        .replaceAll('\n', '\\n')
        .replaceAll('\t', '\\t')}"`,
    ) as string
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return fail('unable to unquote string')
  }
}

const sliceSyntax = /^(-?[\d]*)(:-?[\d]*)?(:-?[\d]*)?$/
const filterSyntax = /^([^!<>=]+)([!<>=]+)(.+?)$/

class Parser {
  private readonly input: string
  private position = 0
  private depth = 0

  constructor(input: string) {
    this.input = input
  }

  private peek(): string {
    return this.input.slice(this.position, this.position + 1)
  }

  private next(): string {
    const char = this.peek()
    this.position += char.length
    return char
  }

  parseText(): Node[] {
    const nodes: Node[] = []
    while (this.position < this.input.length) {
      const open = this.input.indexOf('{', this.position)
      const text = open < 0 ? this.input.slice(this.position) : this.input.slice(this.position, open)
      if (text !== '') nodes.push({type: 'text', text})
      if (open < 0) break
      this.position = open + 1
      nodes.push({type: 'list', nodes: this.parseAction()})
    }
    return nodes
  }

  private parseAction(): Node[] {
    const nodes: Node[] = []
    for (;;) {
      const char = this.peek()
      if (char === '') return fail('unclosed action')
      if (char === '}') {
        this.next()
        return nodes
      }
      this.parseStep(nodes)
    }
  }

  private parseStep(nodes: Node[]): void {
    const char = this.next()
    if (char === ' ' || char === '\t' || char === '\n' || char === '\r' || char === '@' || char === '$') return
    if (char === '"' || char === "'") nodes.push({type: 'text', text: this.quoted(char)})
    else if (char === '.') this.parseField(nodes)
    else if (char === '[') this.parseArray(nodes)
    else if (char === '+' || char === '-' || /\d/.test(char)) nodes.push(this.number(char))
    else if (isWordChar(char)) nodes.push(this.identifier(char))
    else fail(`unrecognized character in action: ${goChar(char)}`)
  }

  private quoted(end: string): string {
    const start = this.position - 1
    for (;;) {
      const char = this.next()
      if (char === '' || char === '\n') return fail('unterminated quoted string')
      if (char === '\\') this.next()
      else if (char === end) return unquote(this.input.slice(start, this.position))
    }
  }

  private skipQuoted(end: string): void {
    for (let char = this.next(); char !== end; char = this.next()) {
      if (char === '' || char === '\n') fail('unterminated array')
      if (char === '\\') this.next()
    }
  }

  private number(first: string): Node {
    let text = first
    while (/[\d.]/.test(this.peek())) text += this.next()
    if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text)) return fail(`cannot parse number ${text}`)
    return {type: 'literal', value: Number(text), float: text.includes('.')}
  }

  private identifier(first: string): Node {
    let text = first
    while (isWordChar(this.peek()) && this.peek() !== '') text += this.next()
    if (text === 'true' || text === 'false') return {type: 'literal', value: text === 'true'}
    return {type: 'identifier', name: text}
  }

  private parseField(nodes: Node[]): void {
    if (this.peek() === '.') {
      this.next()
      nodes.push({type: 'recursive'})
      if (!endsName(this.peek())) this.parseField(nodes)
      return
    }
    let name = ''
    while (!endsName(this.peek())) {
      const char = this.next()
      name += char === '\\' ? this.next() : char
    }
    if (name === '*') nodes.push({type: 'wildcard'})
    // `.` alone names nothing, and nothing has that name.
    else nodes.push({type: 'field', name})
  }

  private parseArray(nodes: Node[]): void {
    if (this.peek() === '?') {
      this.next()
      if (this.peek() !== '(') fail('unexpected character in filter')
      nodes.push(this.filter())
      return
    }
    const start = this.position
    for (;;) {
      const char = this.next()
      if (char === '' || char === '\n') fail('unterminated array')
      if (char === '"' || char === "'") this.skipQuoted(char)
      if (char === ']') break
    }
    this.arrayText(this.input.slice(start, this.position - 1), nodes)
  }

  private arrayText(text: string, nodes: Node[]): void {
    const parts = splitOutsideQuotes(text)
    if (parts.length > 1) {
      nodes.push({
        type: 'union',
        nodes: parts.map((part) => {
          const inner: Node[] = []
          this.arrayText(part.trim(), inner)
          return {type: 'list' as const, nodes: inner}
        }),
      })
      return
    }
    if (text === '*') {
      nodes.push({type: 'wildcard'})
      return
    }
    const key = /^'([^']*)'$/.exec(text)
    if (key) {
      nodes.push({type: 'field', name: (key[1] ?? '').replace(/\\(.)/g, '$1')})
      return
    }
    const match = sliceSyntax.exec(text)
    if (!match) {
      fail(`invalid array index ${text}`)
      return
    }
    const [, start = '', end, step] = match
    const single = end === undefined && step === undefined
    const bound = (part: string | undefined): Bound => {
      const digits = part?.replace(/^:/, '') ?? ''
      return {value: digits === '' ? 0 : Number(digits), given: digits !== '', derived: false}
    }
    const first = bound(start)
    nodes.push({
      type: 'array',
      start: first,
      end: single ? {value: first.value + 1, given: true, derived: true} : bound(end),
      step: bound(step),
    })
  }

  private filter(): Node {
    this.next()
    const start = this.position
    let open = 1
    while (open > 0) {
      const char = this.next()
      if (char === '' || char === '\n') return fail('unterminated filter')
      if (char === '"' || char === "'") this.quoted(char)
      else if (char === '(') open++
      else if (char === ')') open--
    }
    const text = this.input.slice(start, this.position - 1)
    if (this.next() !== ']') return fail('unclosed array expect ]')
    const match = filterSyntax.exec(text)
    if (!match) return {type: 'filter', left: sub(text), right: {type: 'literal', value: true}, operator: 'exists'}
    const [, left = '', operator = '', right = ''] = match
    return {type: 'filter', left: sub(left), right: sub(right), operator}
  }
}

/** An expression inside of a filter. */
const sub = (text: string): Node => ({type: 'list', nodes: new Parser(`{${text.trim()}}`).parseText()})

const splitOutsideQuotes = (text: string): string[] => {
  const parts: string[] = []
  let quote = ''
  let part = ''
  for (const char of text) {
    if (quote === '' && char === ',') {
      parts.push(part)
      part = ''
      continue
    }
    if (quote === '' && (char === "'" || char === '"')) quote = char
    else if (char === quote) quote = ''
    part += char
  }
  return [...parts, part]
}

export const parseJsonPath = (template: string): Node[] => new Parser(template).parseText()

/** `.a.b`, `a.b` and `{.a.b}` alike, for sort-by and columns. */
export const relaxedPath = (text: string): string => {
  if (text === '') return ''
  const match = /^(?:\{\.?(?<inner>[^{}]+)\}|\.?(?<bare>[^{}]+))$/.exec(text)
  if (!match)
    throw new JsonPathError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    )
  return `{.${match.groups?.inner ?? match.groups?.bare}}`
}
