// Tokens of Go's text/template.

export type TokenKind =
  | 'text'
  | 'open'
  | 'close'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'number'
  | 'string'
  | 'char'
  | 'bool'
  | 'nil'
  | 'dot'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'comma'
  | '('
  | ')'
  | 'space'
  | 'keyword'
  | 'eof'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly position: number
  readonly line: number
}

export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

const keywords = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with'])

const goChar = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`

const isAlphanumeric = (char: string): boolean => char !== '' && /[\p{L}\p{N}_]/u.test(char)
const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\r' || char === '\n'

/** A word must end here. */
const atTerminator = (char: string, rest: string): boolean =>
  char === '' || isSpace(char) || '.,|:)('.includes(char) || rest.startsWith('}}')

export const lexTemplate = (input: string, name: string): Token[] => {
  const tokens: Token[] = []
  let at = 0
  const lineAt = (position: number): number => input.slice(0, position).split('\n').length
  const fail = (message: string): never => {
    throw new TemplateError(`template: ${name}:${lineAt(at)}: ${message}`)
  }
  const push = (kind: TokenKind, text: string, position: number): void => {
    tokens.push({kind, text, position, line: lineAt(position)})
  }

  const lexText = (): void => {
    const open = input.indexOf('{{', at)
    const end = open < 0 ? input.length : open
    let text = input.slice(at, end)
    const trims = open >= 0 && /^\{\{-\s/.test(input.slice(open, open + 4))
    if (trims) text = text.replace(/[ \t\r\n]+$/, '')
    if (text !== '') push('text', text, at)
    at = end
    if (open < 0) return
    const start = open + (trims ? 3 : 2)
    const comment = /^[ \t\r\n]*\/\*/.exec(input.slice(start))
    if (comment && (trims || comment[0] === '/*')) {
      at = start
      lexComment()
      return
    }
    push('open', '{{', open)
    at = start
    lexAction()
  }

  const closeLength = (): number => {
    if (input.startsWith('}}', at)) return 2
    if (isSpace(input[at] ?? '') && input.startsWith('-}}', at + 1)) return 4
    return 0
  }

  const trimAfter = (trimmed: boolean): void => {
    if (trimmed) while (isSpace(input[at] ?? '')) at++
  }

  const lexComment = (): void => {
    const end = input.indexOf('*/', at)
    if (end < 0) fail('unclosed comment')
    at = end + 2
    const length = closeLength()
    if (length === 0) fail('comment ends before closing delimiter')
    at += length
    trimAfter(length === 4)
  }

  const lexAction = (): void => {
    let parens = 0
    for (;;) {
      const length = closeLength()
      if (length > 0) {
        if (parens > 0) fail('unclosed left paren')
        push('close', '}}', at)
        at += length
        trimAfter(length === 4)
        return
      }
      const char = input[at] ?? ''
      const start = at
      if (char === '') fail('unclosed action')
      if (isSpace(char)) {
        while (isSpace(input[at] ?? '') && closeLength() === 0) at++
        push('space', ' ', start)
      } else if (char === '=') {
        at++
        push('assign', '=', start)
      } else if (char === ':') {
        if (input[at + 1] !== '=') fail('expected :=')
        at += 2
        push('declare', ':=', start)
      } else if (char === '|') {
        at++
        push('pipe', '|', start)
      } else if (char === '"') lexQuoted('"', 'string')
      else if (char === '`') lexRaw()
      else if (char === "'") lexQuoted("'", 'char')
      else if (char === '$') lexWord('variable')
      else if (char === '.' && !/[0-9]/.test(input[at + 1] ?? '')) lexWord('field')
      else if (/[0-9+\-.]/.test(char)) lexNumber()
      else if (isAlphanumeric(char)) lexIdentifier()
      else if (char === '(' || char === ')') {
        at++
        parens += char === '(' ? 1 : -1
        if (parens < 0) fail('unexpected right paren')
        push(char, char, start)
      } else if (char === ',') {
        at++
        push('comma', ',', start)
      } else fail(`unrecognized character in action: ${goChar(char)}`)
    }
  }

  const lexQuoted = (quote: string, kind: 'string' | 'char'): void => {
    const start = at++
    for (;;) {
      const char = input[at] ?? ''
      if (char === '' || char === '\n')
        fail(kind === 'string' ? 'unterminated quoted string' : 'unterminated character constant')
      at++
      if (char === '\\') at++
      else if (char === quote) break
    }
    push(kind, input.slice(start, at), start)
  }
  const lexRaw = (): void => {
    const start = at
    const end = input.indexOf('`', at + 1)
    if (end < 0) fail('unterminated raw quoted string')
    at = end + 1
    push('string', input.slice(start, at), start)
  }
  const lexWord = (kind: 'variable' | 'field'): void => {
    const start = at++
    while (isAlphanumeric(input[at] ?? '')) at++
    const text = input.slice(start, at)
    const next = input[at] ?? ''
    if (!atTerminator(next, input.slice(at))) fail(`bad character ${goChar(next)}`)
    push(kind === 'field' && text === '.' ? 'dot' : kind, text, start)
  }
  const lexNumber = (): void => {
    const start = at
    const match = /^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?)i?/.exec(
      input.slice(at),
    )
    const text = match?.[0] ?? ''
    if (!/[0-9]/.test(text) || isAlphanumeric(input[at + text.length] ?? ''))
      fail(`bad number syntax: ${JSON.stringify(input.slice(at, at + text.length + 1))}`)
    at += text.length
    push('number', text, start)
  }
  const lexIdentifier = (): void => {
    const start = at
    while (isAlphanumeric(input[at] ?? '')) at++
    const text = input.slice(start, at)
    const next = input[at] ?? ''
    if (!atTerminator(next, input.slice(at))) fail(`bad character ${goChar(next)}`)
    const kind = keywords.has(text)
      ? 'keyword'
      : text === 'true' || text === 'false'
        ? 'bool'
        : text === 'nil'
          ? 'nil'
          : 'identifier'
    push(kind, text, start)
  }

  while (at < input.length) lexText()
  push('eof', '', input.length)
  return tokens
}
