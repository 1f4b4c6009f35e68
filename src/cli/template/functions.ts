// The functions of Go's text/template and those kubectl adds. Values are decoded JSON: a number of an object is an int64
// or, with a fraction, a float64; one that is written in the template is an int or a float64.
import {formatFloat, formatShortFloat, formatValue} from '../go/format.ts'

/** An int, as opposed to the float64 that JSON decodes to. */
export class Int {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

/** A number written with a point or an exponent: no int, whatever its value. */
export class Float {
  readonly value: number
  constructor(value: number) {
    this.value = value
  }
}

export const bare = (value: unknown): unknown => (value instanceof Int || value instanceof Float ? value.value : value)

export const isTrue = (value: unknown): boolean => {
  const plain = bare(value)
  if (plain === null || plain === undefined || plain === false || plain === 0 || plain === '') return false
  if (Array.isArray(plain)) return plain.length > 0
  return typeof plain === 'object' ? Object.keys(plain).length > 0 : true
}

export const goText = (value: unknown): string => {
  if (value instanceof Int) return String(value.value)
  if (value instanceof Float) return formatFloat(value.value)
  return formatValue(value)
}

const isWhole = (value: unknown): boolean =>
  value instanceof Int || typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
const isFloat = (value: unknown): boolean =>
  value instanceof Float || (typeof value === 'number' && !Number.isInteger(value))

export const typeName = (value: unknown): string => {
  if (value instanceof Int) return 'int'
  if (isFloat(value)) return 'float64'
  if (isWhole(value)) return 'int64'
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  return (
    {string: 'string', boolean: 'bool', object: 'map[string]interface {}'}[typeof value as 'string'] ?? 'interface {}'
  )
}

const isBasic = (value: unknown): boolean =>
  value === null || ['string', 'boolean', 'number', 'bigint'].includes(typeof bare(value))

/** int and int64 compare. */
const kindOf = (value: unknown): string => (isWhole(value) ? 'int' : typeName(value))

const sameKind = (left: unknown, right: unknown): void => {
  if (!isBasic(left) || !isBasic(right)) throw new Error(`non-comparable type ${goText(left)}: ${typeName(left)}`)
  if (left === null || right === null) return
  if (kindOf(left) !== kindOf(right))
    throw new Error(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`)
}

const equal = (left: unknown, right: unknown): boolean => {
  sameKind(left, right)
  const [one, other] = [bare(left), bare(right)]
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number of the same value are equal here.
  return isWhole(left) ? one == other : one === other
}

const less = (left: unknown, right: unknown): boolean => {
  sameKind(left, right)
  const [one, other] = [bare(left), bare(right)]
  if (typeof one === 'boolean' || one === null || other === null) throw new Error('invalid type for comparison')
  return (one as number) < (other as number)
}

const lengthOf = (value: unknown): Int => {
  if (typeof value === 'string') return new Int(Buffer.byteLength(value))
  if (Array.isArray(value)) return new Int(value.length)
  if (value !== null && typeof value === 'object' && !isBasic(value)) return new Int(Object.keys(value).length)
  if (value === null || value === undefined) throw new Error('reflect: call of reflect.Value.Type on zero Value')
  throw new Error(`len of type ${typeName(value)}`)
}

const indexValue = (value: unknown, key: unknown): unknown => {
  const plain = bare(key)
  if (value === null || value === undefined) throw new Error('index of untyped nil')
  if (Array.isArray(value) || typeof value === 'string') {
    if (typeof plain !== 'number') throw new Error(`cannot index slice/array with type ${typeName(key)}`)
    if (!isWhole(key)) throw new Error(`cannot index slice/array with type ${typeName(key)}`)
    if (plain < 0 || plain >= value.length) throw new Error(`index out of range: ${plain}`)
    return typeof value === 'string' ? new Int(value.charCodeAt(plain)) : value[plain]
  }
  if (typeof value === 'object' && !isBasic(value)) {
    if (typeof plain !== 'string') throw new Error(`value has type ${typeName(key)}; should be string`)
    return (value as Record<string, unknown>)[plain] ?? null
  }
  throw new Error(`can't index item of type ${typeName(value)}`)
}

const indexStep = (value: unknown, key: unknown, inside: boolean): unknown => {
  if (inside && (value === null || value === undefined)) throw new Error('index of nil pointer')
  return indexValue(value, key)
}

const sliceValue = (value: unknown, ...bounds: unknown[]): unknown => {
  const [from = 0, to] = bounds.map((bound) => Number(bare(bound)))
  if (typeof value === 'string' || Array.isArray(value)) return value.slice(from, to)
  throw new Error(`can't slice item of type ${typeName(value)}`)
}

const exists = (value: unknown, ...keys: unknown[]): boolean => {
  let current = value
  for (const key of keys) {
    if (current === null || typeof current !== 'object') return false
    current = (current as Record<string, unknown>)[String(bare(key))]
    if (current === undefined) return false
  }
  return true
}

const escapeHtml = (text: string): string =>
  text.replace(
    /[\0"&'<>]/g,
    (char) => ({'\0': '\uFFFD', '"': '&#34;', '&': '&amp;', "'": '&#39;', '<': '&lt;', '>': '&gt;'})[char] ?? char,
  )

const escapeJs = (text: string): string =>
  text.replace(/[\\'"<>&=\n\r\t\u2028\u2029]/g, (char) => {
    const known: Record<string, string> = {'\\': '\\\\', "'": "\\'", '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t'}
    return known[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  })

/** Go's Sprint: spaces only between two values that are no strings. */
const sprint = (...values: unknown[]): string =>
  values
    .map(
      (value, at) =>
        (at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string' ? ' ' : '') + goText(value),
    )
    .join('')

const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\x7f')

const pad = (text: string, flags: string, width: number): string => {
  if (flags.includes('-')) return text.padEnd(width)
  if (flags.includes('0') && /^[+-]?\d/.test(text)) {
    const sign = /^[+-]/.exec(text)?.[0] ?? ''
    return sign + text.slice(sign.length).padStart(width - sign.length, '0')
  }
  return text.padStart(width)
}

const verbText = (verb: string, value: unknown, flags: string, precision: number | undefined): string => {
  const plain = bare(value)
  const wrong = (): string => `%!${verb}(${value === null ? '<nil>' : `${typeName(value)}=${goText(value)}`})`
  const signed = (text: string): string => (flags.includes('+') && !text.startsWith('-') ? `+${text}` : text)
  switch (verb) {
    case 'v':
      return flags.includes('#') && typeof plain === 'string' ? quoted(plain) : goText(value)
    case 's':
      if (typeof plain === 'string') return precision === undefined ? plain : [...plain].slice(0, precision).join('')
      return typeof plain === 'object' && plain !== null ? goText(value) : wrong()
    case 'q':
      return typeof plain === 'string' ? quoted(plain) : wrong()
    case 't':
      return typeof plain === 'boolean' ? String(plain) : wrong()
    case 'd':
      return isWhole(value) ? signed(String(plain)) : wrong()
    case 'x':
    case 'X': {
      const hex = isWhole(value)
        ? (plain as number).toString(16)
        : typeof plain === 'string'
          ? Buffer.from(plain).toString('hex')
          : wrong()
      return verb === 'X' ? hex.toUpperCase() : hex
    }
    case 'c':
      return isWhole(value) ? String.fromCodePoint(Number(plain)) : wrong()
    case 'f':
    case 'F':
      return isFloat(value) ? signed((plain as number).toFixed(precision ?? 6)) : wrong()
    case 'e':
      return isFloat(value)
        ? (plain as number).toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')
        : wrong()
    case 'g':
      return isFloat(value) ? formatShortFloat(plain as number) : wrong()
    case 'T':
      return typeName(value)
    default:
      return wrong()
  }
}

const sprintf = (format: unknown, ...values: unknown[]): string => {
  let used = 0
  let reordered = false
  const amount = (text: string | undefined): number => (text === '*' ? Number(bare(values[used++])) : Number(text || 0))
  const text = String(format).replace(
    /%([+\-# 0]*)(\*|\d*)(?:\.(\*|\d*))?(?:\[(\d+)\])?(.)/gu,
    (_, flags: string, width: string, precision: string | undefined, index: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      const columns = amount(width)
      const digits = precision === undefined ? undefined : amount(precision)
      if (index !== undefined) {
        used = Number(index) - 1
        reordered = true
        if (used < 0 || used >= values.length) return `%!${verb}(BADINDEX)`
      }
      if (used >= values.length) return `%!${verb}(MISSING)`
      return pad(verbText(verb, values[used++], flags, digits), flags, columns)
    },
  )
  if (reordered || used >= values.length) return text
  const extra = values.slice(used).map((value) => `${typeName(value)}=${goText(value)}`)
  return `${text}%!(EXTRA ${extra.join(', ')})`
}

export type TemplateFunction = (...values: unknown[]) => unknown

const decodeBase64 = (value: unknown): string => {
  const text = String(value).replace(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    const bad = text.search(/[^A-Za-z0-9+/]/)
    throw new Error(
      `base64 decode failed: illegal base64 data at input byte ${bad < 0 ? Math.max(text.length - (text.length % 4 || 0), 0) : bad}`,
    )
  }
  return Buffer.from(text, 'base64').toString('utf8')
}

/** `and` and `or` are not here: they do not look at all their arguments. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', (value) => !isTrue(value)],
  ['len', lengthOf],
  ['index', (value, ...keys) => keys.reduce((inner, key, at) => indexStep(inner, key, at > 0), value)],
  ['slice', sliceValue],
  ['print', sprint],
  ['println', (...values) => `${values.map(goText).join(' ')}\n`],
  ['printf', sprintf],
  ['html', (...values) => escapeHtml(sprint(...values))],
  ['js', (...values) => escapeJs(sprint(...values))],
  ['urlquery', (...values) => encodeURIComponent(sprint(...values)).replaceAll('%20', '+')],
  [
    'eq',
    (first, ...rest) => {
      if (rest.length === 0) throw new Error('missing argument for comparison')
      return rest.some((other) => equal(first, other))
    },
  ],
  ['ne', (left, right) => !equal(left, right)],
  ['lt', (left, right) => less(left, right)],
  ['le', (left, right) => less(left, right) || equal(left, right)],
  ['gt', (left, right) => !less(left, right) && !equal(left, right)],
  ['ge', (left, right) => !less(left, right)],
  ['exists', exists],
  ['base64decode', decodeBase64],
  [
    'call',
    () => {
      throw new Error('call of nil')
    },
  ],
])

export const functionNames: ReadonlySet<string> = new Set([...templateFunctions.keys(), 'and', 'or'])
