// What js-yaml complains about, in libyaml's words. libyaml counts a parser's lines from zero and a scanner's from one.
import type {YAMLException} from 'js-yaml'

/** The innermost quote or bracket that is open at the end of the text; `empty`: nothing stands behind it. */
const openAt = (text: string): {readonly sign: string; readonly empty: boolean} => {
  const open: number[] = []
  let quote = -1
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quote >= 0) {
      if (char === '\\' && text[quote] === '"') at++
      else if (char === text[quote]) quote = -1
      continue
    }
    const before = text[at - 1] ?? '\n'
    const startsToken = /[\s[{,:]/.test(before)
    if (char === '#' && /\s/.test(before)) at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at)
    else if ((char === '"' || char === "'") && startsToken) quote = at
    else if ((char === '[' || char === '{') && (startsToken || open.length > 0)) open.push(at)
    else if ((char === ']' || char === '}') && open.length > 0) open.pop()
  }
  const start = quote >= 0 ? quote : (open.at(-1) ?? -1)
  return {sign: text[start] ?? '', empty: text.slice(start + 1).trim() === ''}
}

const inFlow = (text: string, line: number): string => {
  const {sign, empty} = openAt(text)
  if (empty) return `line ${line}: did not find expected node content`
  return `line ${line}: did not find expected ',' or '${sign === '[' ? ']' : '}'}'`
}

const inMapping = (text: string, lines: readonly string[], line: number, column: number): string => {
  const content = lines[line] ?? ''
  const char = content[column] ?? ''
  const before = content.slice(0, column).trimEnd()
  if (/[,\]}]/.test(char)) return `line ${line}: did not find expected node content`
  if (/[%`@]/.test(char)) return `line ${line + 1}: found character that cannot start any token`
  if (char === '-' && /^-(?:\s|$)/.test(content.slice(column)) && before.endsWith(':'))
    return `line ${line + 1}: block sequence entries are not allowed in this context`
  if (char === '?' && /^\?(?:\s|$)/.test(content.slice(column)))
    return `line ${line + 1}: mapping keys are not allowed in this context`
  if (char === ':') return `line ${line + 1}: mapping values are not allowed in this context`
  return `line ${line}: did not find expected key`
}

export const goWords = ({reason, mark}: YAMLException, text: string): string => {
  const line = mark?.line ?? 0
  const column = mark?.column ?? 0
  const lines = text.split('\n')
  const until = lines.slice(0, line).join('\n') + (line > 0 ? '\n' : '') + (lines[line] ?? '').slice(0, column)
  if (/tab/i.test(reason)) return `yaml: line ${line + 1}: found character that cannot start any token`
  if (/a line break is expected/.test(reason))
    return `yaml: line ${line + 1}: did not find expected comment or line break`
  if (/deficient|unexpected end of the stream|flow collection|missed comma/i.test(reason)) {
    const quoted = /['"]/.test(openAt(until).sign)
    return quoted ? `yaml: line ${lines.length}: found unexpected end of stream` : `yaml: ${inFlow(until, line)}`
  }
  if (/multiline key|implicit key/.test(reason)) return `yaml: line ${line + 1}: could not find expected ':'`
  if (/expected ':'/.test(reason)) return `yaml: line ${line + 2}: could not find expected ':'`
  if (/bad indentation/.test(reason)) return `yaml: ${inMapping(text, lines, line, column)}`
  return `yaml: ${line === 0 ? '' : `line ${line + 1}: `}mapping values are not allowed in this context`
}
