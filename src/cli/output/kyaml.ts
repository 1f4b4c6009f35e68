// KYAML: YAML that is also almost JSON; braces, quoted strings, bare keys where they cannot be misread.

const bareKey = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u

const words = new Set(
  'null ~ true false t f y n yes no on off inf +inf -inf infinity +infinity -infinity nan'.split(' '),
)
const number = /^[+-]?(?:0x[0-9a-f]+|0o?[0-7]+|0b[01]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/
const sexagesimal = /^[+-]?[1-9][\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}(?:[tT ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$/

/** Whether some reader of YAML would take it for something other than a string. */
const isMisread = (text: string): boolean => {
  const lower = text.toLowerCase()
  return words.has(lower) || number.test(lower.replaceAll('_', '')) || sexagesimal.test(text) || timestamp.test(text)
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\v': '\\v',
  '\0': '\\0',
  '\u001b': '\\e',
  '\u0085': '\\N',
  '\u00a0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

/** Letters, marks, numbers, punctuation, symbols, and of all spaces only the plain one. */
const isPrintable = (char: string): boolean =>
  char === ' ' || char === '\t' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)

const escaped = (char: string): string => {
  const known = named[char]
  if (known !== undefined) return known
  if (isPrintable(char)) return char
  const code = char.codePointAt(0) ?? 0
  const hex = (width: number): string => code.toString(16).padStart(width, '0')
  if (code < 0x20 || code === 0x7f) return `\\x${hex(2)}`
  return code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`
}

const quoted = (text: string): string => `"${[...text].map(escaped).join('')}"`

const keyOf = (key: string): string => (bareKey.test(key) && !isMisread(key) ? key : quoted(key))

/** Each line on one of its own; a space before it, or a backslash that keeps the space it begins with. */
const folded = (text: string, indent: string): string => {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const line = (content: string): string =>
    `${indent}${/^\s/.test(content) ? '\\' : ' '}${[...content].map(escaped).join('')}`
  const body = lines.map((content) => `${line(content)}\\n\\\n`).join('')
  return `"\\\n${body}${last === '' ? '' : `${line(last)}\\\n`}${indent}"`
}

const stringOf = (text: string, indent: string): string =>
  text.includes('\n') ? folded(text, `${indent}  `) : quoted(text)

const write = (value: unknown, indent: string, sort = true): string => {
  if (typeof value === 'string') return stringOf(value, indent)
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return String(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    if (value.every((item) => item !== null && typeof item === 'object'))
      return `[${value.map((item) => write(item, indent, sort)).join(', ')}]`
    return `[\n${value.map((item) => `${inner}${write(item, inner, sort)},\n`).join('')}${indent}]`
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  if (sort) entries.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
  if (entries.length === 0) return '{}'
  return `{\n${entries.map(([key, item]) => `${inner}${keyOf(key)}: ${write(item, inner, sort)},\n`).join('')}${indent}}`
}

/** `keepOrder`: fields stay in their order, for kinds whose type kubectl knows. */
export const writeKyaml = (value: unknown, keepOrder = false): string => `---\n${write(value, '', !keepOrder)}\n`
