// 'text with %s'.format([values])
import {isMap} from '../values/maps.ts'
import {CelError, Uint} from '../values/numbers.ts'

const shown = (value: unknown): string => {
  if (value instanceof Uint) return String(value.value)
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`
  if (isMap(value)) {
    const pairs = [...value.keys()].map((key) => `${shown(key)}: ${shown(value.get(key))}`)
    return `{${pairs.sort().join(', ')}}`
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return String(value)
}

const whole = (value: unknown, verb: string, what: string): bigint => {
  if (typeof value === 'bigint') return value
  if (value instanceof Uint) return value.value
  throw new CelError(
    `error during formatting: ${what} clause can only be used on ${verb === 'd' ? 'integers' : 'integers and bools'}, was given ${typeof value}`,
  )
}

const hex = (value: unknown): string => {
  if (typeof value === 'string') return Buffer.from(value).toString('hex')
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : whole(value, 'x', 'hex').toString(16)
}

const verbs: Readonly<Record<string, (value: unknown, digits: number) => string>> = {
  s: shown,
  d: (value) => whole(value, 'd', 'decimal').toString(),
  f: (value, digits) => Number(value).toFixed(digits),
  e: (value, digits) =>
    Number(value)
      .toExponential(digits)
      .replace(/e([+-])(\d)$/, 'e$10$2'),
  x: hex,
  X: (value) => hex(value).toUpperCase(),
  o: (value) => whole(value, 'o', 'octal').toString(8),
  b: (value) => (typeof value === 'boolean' ? String(Number(value)) : whole(value, 'b', 'binary').toString(2)),
}

export const formatText = (template: string, values: readonly unknown[]): string => {
  let next = 0
  return template.replaceAll(/%(?:\.(\d+))?([\s\S]?)/g, (_, digits: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    const write = verbs[verb]
    if (!write)
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(verb)}`)
    if (next >= values.length) throw new CelError(`index ${next} out of range`)
    return write(values[next++], Number(digits ?? 6))
  })
}
