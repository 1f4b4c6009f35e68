// JSON as Go's encoding/json writes it: sorted keys, and signs that HTML would read are escaped.

const escapes: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
  '\u007f': '\u007f',
}

const quoted = (text: string): string => {
  const json = JSON.stringify(text)
  return /[<>&\u2028\u2029]/.test(json) ? json.replace(/[<>&\u2028\u2029]/g, (char) => escapes[char] ?? char) : json
}

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const write = (value: unknown, indent: string | undefined, level: string, sort = true): string => {
  if (typeof value === 'string') return quoted(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return String(value)
  const inner = indent === undefined ? '' : `${level}${indent}`
  const open = indent === undefined ? '' : `\n${inner}`
  const close = indent === undefined ? '' : `\n${level}`
  const comma = `,${open}`
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[${open}${value.map((item) => write(item, indent, inner, sort)).join(comma)}${close}]`
  }
  const present = Object.keys(value).filter((key) => (value as Record<string, unknown>)[key] !== undefined)
  const keys = sort ? present.sort(byCode) : present
  if (keys.length === 0) return '{}'
  const colon = indent === undefined ? ':' : ': '
  const members = keys.map(
    (key) => `${quoted(key)}${colon}${write((value as Record<string, unknown>)[key], indent, inner, sort)}`,
  )
  return `{${open}${members.join(comma)}${close}}`
}

/** As json.Marshal. */
export const compactJson = (value: unknown): string => write(value, undefined, '')
/** As json.MarshalIndent; kubectl's printer indents by four spaces. */
export const indentedJson = (value: unknown, indent = '    '): string => write(value, indent, '')
/** Keys in the order they have: for kinds that kubectl decodes itself, whose fields the server wrote in their order. */
export const orderedJson = (value: unknown): string => write(value, '    ', '', false)
