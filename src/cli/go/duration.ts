// Go's durations: `1h15m30.918s`, as time.ParseDuration reads and Duration.String writes them.

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

export interface NotADuration {
  readonly reason: string
}

/** Milliseconds, or why it is none. */
export const parseGoDuration = (text: string): number | NotADuration => {
  const quoted = JSON.stringify(text)
  const invalid = {reason: `time: invalid duration ${quoted}`}
  const sign = text.startsWith('-') ? -1 : 1
  let rest = text.replace(/^[+-]/, '')
  if (rest === '0') return 0
  if (rest === '') return invalid
  let total = 0
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0]
    if (number === undefined) return invalid
    rest = rest.slice(number.length)
    const unit = /^[^\d.]+/.exec(rest)?.[0]
    if (unit === undefined) return {reason: `time: missing unit in duration ${quoted}`}
    const factor = unitMs[unit]
    if (factor === undefined) return {reason: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`}
    total += Number(number) * factor
    rest = rest.slice(unit.length)
  }
  return sign * total
}

const trimmed = (value: number, digits: number): string => value.toFixed(digits).replace(/\.?0+$/, '')

/** `1m0s`, `1.5s`, `100ms`, `0s`. */
export const formatGoDuration = (milliseconds: number): string => {
  const sign = milliseconds < 0 ? '-' : ''
  const ms = Math.abs(milliseconds)
  if (ms === 0) return '0s'
  if (ms < 1e-3) return `${sign}${Math.round(ms * 1e6)}ns`
  if (ms < 1) return `${sign}${trimmed(ms * 1e3, 3)}µs`
  if (ms < 1000) return `${sign}${trimmed(ms, 6)}ms`
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor((ms % 3_600_000) / 60_000)
  const seconds = trimmed((ms % 60_000) / 1000, 9) || '0'
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : ''
  return `${sign}${head}${seconds === '' ? '0' : seconds}s`
}
