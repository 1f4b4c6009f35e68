// How one string is written: plain, quoted or as a block, with Go's yaml emitter's rules and line width.
import {staysString} from './resolve.ts'

export interface ScalarContext {
  /** Columns already used on the line. */
  readonly column: number
  /** Where lines that are broken go on. */
  readonly indent: number
  /** A key on one line: no breaks at all. */
  readonly key: boolean
}

const WIDTH = 80

interface Traits {
  readonly multiline: boolean
  readonly plainAllowed: boolean
  readonly singleAllowed: boolean
  readonly blockAllowed: boolean
}

const isBreak = (char: string): boolean =>
  char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029'

const isPrintable = (char: string): boolean => {
  const code = char.codePointAt(0) ?? 0
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true
  if (code === 0xfeff || code < 0xa0) return false
  // Beyond the basic plane everything is escaped.
  return (code < 0xd800 || code > 0xdfff) && code < 0xfffe
}

const alwaysSpecialFirst = '#,[]{}&*!|>\'"%@`'

const hasBlockIndicator = (chars: readonly string[]): boolean => {
  const text = chars.join('')
  if (text.startsWith('---') || text.startsWith('...')) return true
  return chars.some((char, at) => {
    const next = chars[at + 1]
    const blankNext = next === undefined || next === ' ' || next === '\t' || isBreak(next)
    if (at === 0)
      return alwaysSpecialFirst.includes(char) || ((char === '?' || char === ':' || char === '-') && blankNext)
    const previous = chars[at - 1] ?? ''
    return (char === ':' && blankNext) || (char === '#' && (previous === ' ' || previous === '\t' || isBreak(previous)))
  })
}

const traitsOf = (text: string): Traits => {
  const chars = [...text]
  const first = chars[0] ?? ''
  const last = chars.at(-1) ?? ''
  const pairs = chars.map((char, at) => [char, chars[at + 1] ?? ''] as const)
  const spaceBreak = pairs.some(([one, two]) => one === ' ' && isBreak(two))
  const breakSpace = pairs.some(([one, two]) => isBreak(one) && two === ' ')
  const special = chars.some((char) => !isPrintable(char))
  const multiline = chars.some(isBreak)
  const edges = first === ' ' || isBreak(first) || last === ' ' || isBreak(last)
  const hopeless = spaceBreak || special
  return {
    multiline,
    plainAllowed: !(edges || breakSpace || hopeless || multiline || hasBlockIndicator(chars)),
    singleAllowed: !(breakSpace || hopeless),
    blockAllowed: !(last === ' ' || hopeless),
  }
}

/** Breaks at single spaces once the line is too long. */
const folded = (
  text: string,
  {column, indent, key}: ScalarContext,
  write: (char: string) => string,
  inner: boolean,
): string => {
  let out = ''
  let at = column
  let spaces = false
  const chars = [...text]
  chars.forEach((char, index) => {
    const insideOk = !inner || (index > 0 && index < chars.length - 1)
    if (char === ' ' && !key && !spaces && at > WIDTH && insideOk && chars[index + 1] !== ' ') {
      out += `\n${' '.repeat(indent)}`
      at = indent
    } else {
      const written = write(char)
      out += written
      at += [...written].length
    }
    spaces = char === ' '
  })
  return out
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

const escaped = (char: string): string => {
  const known = escapes[char]
  if (known && char !== '\u00a0') return known
  if (isPrintable(char) && !isBreak(char)) return char
  const code = char.codePointAt(0) ?? 0
  const hex = (width: number): string => code.toString(16).toUpperCase().padStart(width, '0')
  if (code <= 0xff) return `\\x${hex(2)}`
  return code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`
}

const doubleQuoted = (text: string, context: ScalarContext): string => {
  let out = '"'
  let at = context.column + 1
  let spaces = false
  const chars = [...text]
  chars.forEach((char, index) => {
    if (char === ' ' && !context.key && !spaces && at > WIDTH && index > 0 && index < chars.length - 1) {
      out += `\n${' '.repeat(context.indent)}${chars[index + 1] === ' ' ? '\\' : ''}`
      at = context.indent
    } else {
      const written = escaped(char)
      out += written
      at += [...written].length
    }
    spaces = char === ' '
  })
  return `${out}"`
}

const literal = (text: string, indent: number): string => {
  const hint = /^[ \n]/.test(text) ? '2' : ''
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : ''
  const body = text.endsWith('\n') ? text.slice(0, -1) : text
  const lines = body.split('\n').map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`))
  return `|${hint}${chomp}\n${lines.join('\n')}`
}

export const writeString = (text: string, context: ScalarContext): string => {
  const traits = traitsOf(text)
  if (text.includes('\n') && !context.key && traits.blockAllowed) return literal(text, context.indent)
  if (text.includes('\n') || !staysString(text)) return doubleQuoted(text, context)
  if (traits.plainAllowed) return folded(text, context, (char) => char, false)
  if (!traits.singleAllowed || traits.multiline) return doubleQuoted(text, context)
  const quoted = folded(text, {...context, column: context.column + 1}, (char) => (char === "'" ? "''" : char), true)
  return `'${quoted}'`
}
