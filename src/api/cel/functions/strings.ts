// Strings: what the language has, its extension, and regular expressions on an engine that cannot be made slow.
import {userPattern} from '../../../lib/user-pattern.ts'
import {declare, type FunctionDecl} from '../language/environment.ts'
import {CelError} from '../values/numbers.ts'
import {formatText} from './format-text.ts'

const letters = (text: string): string[] => [...text]

const indexOf = (text: string, part: string, from = 0n): bigint => {
  const all = letters(text)
  if (from < 0n || from > BigInt(all.length)) throw new CelError(`index out of range: ${from}`)
  const found = all.slice(Number(from)).join('').indexOf(part)
  return found < 0 ? -1n : from + BigInt(letters(all.slice(Number(from)).join('').slice(0, found)).length)
}

const lastIndexOf = (text: string, part: string, from?: bigint): bigint => {
  const all = letters(text)
  if (from !== undefined && (from < 0n || from >= BigInt(all.length)) && part !== '')
    throw new CelError(`index out of range: ${from}`)
  const width = letters(part).length
  const start = from === undefined ? all.length - width : Math.min(Number(from), all.length - width)
  for (let at = start; at >= 0; at--) if (all.slice(at, at + width).join('') === part) return BigInt(at)
  return -1n
}

const substring = (text: string, from: bigint, to?: bigint): string => {
  const all = letters(text)
  const end = to ?? BigInt(all.length)
  if (from < 0n || from > BigInt(all.length)) throw new CelError(`index out of range: ${from}`)
  if (end < 0n || end > BigInt(all.length)) throw new CelError(`index out of range: ${end}`)
  if (from > end) throw new CelError(`invalid substring range. start: ${from}, end: ${end}`)
  return all.slice(Number(from), Number(end)).join('')
}

const charAt = (text: string, at: bigint): string => {
  const all = letters(text)
  if (at < 0n || at > BigInt(all.length)) throw new CelError(`index out of range: ${at}`)
  return all[Number(at)] ?? ''
}

const replace = (text: string, from: string, to: string, limit = -1n): string => {
  let left = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit)
  return text.replaceAll(from, (found) => (left-- > 0 ? to : found))
}

const split = (text: string, by: string, limit = -1n): string[] => {
  if (limit === 0n) return []
  const parts = by === '' ? letters(text) : text.split(by)
  const most = limit < 0n ? parts.length : Number(limit)
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(by)]
}

const lower = (text: string): string => text.replaceAll(/[A-Z]+/g, (part) => part.toLowerCase())
const upper = (text: string): string => text.replaceAll(/[a-z]+/g, (part) => part.toUpperCase())

const quoted = (text: string): string =>
  `"${text.replaceAll(/[\u0007\b\f\n\r\t\v\\"]/g, (letter) => `\\${{'\u0007': 'a', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v'}[letter] ?? letter}`)}"`

const find = (text: string, pattern: string, limit: bigint): string[] => {
  const matcher = userPattern(pattern).matcher(text)
  const most = limit < 0n ? Number.POSITIVE_INFINITY : Number(limit)
  const found: string[] = []
  while (found.length < most && matcher.find()) found.push(matcher.group() ?? '')
  return found
}

const matches = (text: string, pattern: string): boolean => userPattern(pattern).matcher(text).find()

export const strings: readonly FunctionDecl[] = [
  declare('contains', {
    contains_string: ['string.(string) -> bool', (text: string, part: string) => text.includes(part)],
  }),
  declare('endsWith', {
    ends_with_string: ['string.(string) -> bool', (text: string, part: string) => text.endsWith(part)],
  }),
  declare('startsWith', {
    starts_with_string: ['string.(string) -> bool', (text: string, part: string) => text.startsWith(part)],
  }),
  declare('matches', {
    matches: ['(string, string) -> bool', matches],
    matches_string: ['string.(string) -> bool', matches],
  }),
  declare('charAt', {string_char_at_int: ['string.(int) -> string', charAt]}),
  declare('indexOf', {
    string_index_of_string: ['string.(string) -> int', (text: string, part: string) => indexOf(text, part)],
    string_index_of_string_int: ['string.(string, int) -> int', indexOf],
  }),
  declare('lastIndexOf', {
    string_last_index_of_string: ['string.(string) -> int', (text: string, part: string) => lastIndexOf(text, part)],
    string_last_index_of_string_int: ['string.(string, int) -> int', lastIndexOf],
  }),
  declare('lowerAscii', {string_lower_ascii: ['string.() -> string', lower]}),
  declare('upperAscii', {string_upper_ascii: ['string.() -> string', upper]}),
  declare('replace', {
    string_replace_string_string: [
      'string.(string, string) -> string',
      (text: string, from: string, to: string) => replace(text, from, to),
    ],
    string_replace_string_string_int: ['string.(string, string, int) -> string', replace],
  }),
  declare('split', {
    string_split_string: ['string.(string) -> list(string)', (text: string, by: string) => split(text, by)],
    string_split_string_int: ['string.(string, int) -> list(string)', split],
  }),
  declare('substring', {
    string_substring_int: ['string.(int) -> string', (text: string, from: bigint) => substring(text, from)],
    string_substring_int_int: ['string.(int, int) -> string', substring],
  }),
  declare('trim', {
    string_trim: ['string.() -> string', (text: string) => text.replaceAll(/^[\s\u0085]+|[\s\u0085]+$/g, '')],
  }),
  declare('reverse', {string_reverse: ['string.() -> string', (text: string) => letters(text).reverse().join('')]}),
  declare('join', {
    list_join: ['list(string).() -> string', (list: readonly string[]) => list.join('')],
    list_join_string: ['list(string).(string) -> string', (list: readonly string[], by: string) => list.join(by)],
  }),
  declare('format', {string_format: ['string.(list(dyn)) -> string', formatText]}),
  declare('strings.quote', {strings_quote: ['(string) -> string', quoted]}),
  declare('find', {
    string_find_string: [
      'string.(string) -> string',
      (text: string, pattern: string) => find(text, pattern, 1n)[0] ?? '',
    ],
  }),
  declare('findAll', {
    string_find_all_string: [
      'string.(string) -> list(string)',
      (text: string, pattern: string) => find(text, pattern, -1n),
    ],
    string_find_all_string_int: ['string.(string, int) -> list(string)', find],
  }),
]
