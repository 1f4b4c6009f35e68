// KYAML: YAML that is also almost JSON; braces, quoted strings, bare keys where they cannot be misread.
import {compareKeys} from '../yaml/key-order.ts'
import {staysString} from '../yaml/resolve.ts'

const bareKey = /^[A-Za-z_][A-Za-z0-9_./-]*$/

const quoted = (text: string): string => {
  let out = '"'
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (char === '"' || char === '\\') out += `\\${char}`
    else if (char === '\n') out += '\\n'
    else if (char === '\t') out += '\\t'
    else if (char === '\r') out += '\\r'
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`
    else out += char
  }
  return `${out}"`
}

const keyOf = (key: string): string => (bareKey.test(key) && staysString(key) ? key : quoted(key))

/** Text with several lines stands as one line a line. */
const stringOf = (text: string, indent: string): string => {
  const lines = text.split('\n')
  if (lines.length < 2 || (lines.length === 2 && lines[1] === '')) return quoted(text)
  const inner = `${indent}  `
  const body = lines.map((line, index) => {
    const last = index === lines.length - 1
    const content = quoted(line).slice(1, -1)
    const shielded = /^[ \t]/.test(line) ? `\\${content}` : ` ${content}`
    return last ? (line === '' ? '' : `${inner}${shielded}\\\n`) : `${inner}${shielded}\\n\\\n`
  })
  return `"\\\n${body.join('')}${indent}"`
}

const write = (value: unknown, indent: string): string => {
  if (typeof value === 'string') return stringOf(value, indent)
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'object') return String(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    if (value.every((item) => item !== null && typeof item === 'object'))
      return `[${value.map((item) => write(item, indent)).join(', ')}]`
    return `[\n${value.map((item) => `${inner}${write(item, inner)},\n`).join('')}${indent}]`
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([one], [other]) => compareKeys(one, other))
  if (entries.length === 0) return '{}'
  return `{\n${entries.map(([key, item]) => `${inner}${keyOf(key)}: ${write(item, inner)},\n`).join('')}${indent}}`
}

export const writeKyaml = (value: unknown): string => `---\n${write(value, '')}\n`
