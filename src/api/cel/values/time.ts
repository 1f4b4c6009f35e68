// Instants and lengths of time, to the nanosecond.
import {CelError} from './numbers.ts'

const second = 1_000_000_000n

export class Duration {
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
  toString(): string {
    const [sign, nanos] = this.nanos < 0n ? ['-', -this.nanos] : ['', this.nanos]
    return `${sign}${nanos / second}${fraction(nanos % second)}s`
  }
}

const fraction = (nanos: bigint): string =>
  nanos === 0n ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3600n * second,
}

const nanosOf = (amount: string, unit: bigint): bigint => {
  const [whole = '', part = ''] = amount.split('.')
  const scale = 10n ** BigInt(part.length)
  return BigInt(whole || 0) * unit + (BigInt(part || 0) * unit) / scale
}

export const parseDuration = (text: string): Duration => {
  const match = /^([-+]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+|0)$/.exec(text)
  if (!match) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`)
  let nanos = 0n
  for (const [, amount = '', unit = ''] of (match[2] ?? '').matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    nanos += nanosOf(amount, units[unit] ?? 0n)
  return new Duration(match[1] === '-' ? -nanos : nanos)
}

export class Timestamp {
  /** Since 1970. */
  readonly nanos: bigint
  constructor(nanos: bigint) {
    this.nanos = nanos
  }
  get date(): Date {
    return new Date(Number(floor(this.nanos, 1_000_000n)))
  }
  toString(): string {
    const seconds = floor(this.nanos, second)
    const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
    return `${text}${fraction(this.nanos - seconds * second)}Z`
  }
}

const floor = (value: bigint, by: bigint): bigint => (value < 0n ? (value - by + 1n) / by : value / by)

export const parseTimestamp = (text: string): Timestamp => {
  const match = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?([Zz]|[-+]\d{2}:\d{2})$/.exec(text)
  const millis = match ? Date.parse(`${match[1]}T${match[2]}${(match[4] ?? 'Z').toUpperCase()}`) : Number.NaN
  if (!match || Number.isNaN(millis))
    throw new CelError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse`)
  const part = BigInt((match[3] ?? '').slice(0, 9).padEnd(9, '0') || 0)
  return new Timestamp(BigInt(millis) * 1_000_000n + part)
}

const offsetMinutes = (zone: string): number | undefined => {
  const match = /^([-+]?)(\d{1,2}):(\d{2})$/.exec(zone)
  if (!match) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return match[1] === '-' ? -minutes : minutes
}

const named = (date: Date, zone: string): Date => {
  try {
    const text = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(date)
    return new Date(`${text.replace(' ', 'T')}.${String(date.getUTCMilliseconds()).padStart(3, '0')}Z`)
  } catch (error) {
    throw new CelError(`unknown time zone ${zone}`, {cause: error})
  }
}

/** A date whose UTC parts are the local ones of the zone. */
export const inZone = ({date}: Timestamp, zone: string): Date => {
  if (zone === '' || zone === 'UTC') return date
  const minutes = offsetMinutes(zone)
  return minutes === undefined ? named(date, zone) : new Date(date.getTime() + minutes * 60_000)
}
