// Values as Go's fmt prints them with %v.

/** The shortest text of a float64, with exponents from 1e+06 on and below 1e-04. */
export const formatFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  // Without a precision Go's %v takes 21 digits before it turns to exponents.
  if (power >= -4 && power < 21) return expand(mantissa, power)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** As strconv's %g with the shortest precision: exponents from six digits on where they save nothing else. */
export const formatShortFloat = (value: number): string => {
  if (!Number.isFinite(value) || value === 0) return formatFloat(value)
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 21 && !(power >= 6)) return expand(mantissa, power)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

const expand = (mantissa: string, power: number): string => {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace('-', '').replace('.', '')
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  if (digits.length <= power + 1) return sign + digits.padEnd(power + 1, '0')
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`
}

export type NumberFormat = (value: number) => string
/** Whole numbers as int64, the rest as float64: objects that kubectl decodes itself. */
export const integersStay: NumberFormat = (value) => (Number.isInteger(value) ? String(value) : formatShortFloat(value))

export const formatValue = (value: unknown, number: NumberFormat = integersStay): string => {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return number(value)
  if (Array.isArray(value)) return `[${value.map((item) => formatValue(item, number)).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const keys = Object.keys(value).sort()
  return `map[${keys.map((key) => `${key}:${formatValue((value as Record<string, unknown>)[key], number)}`).join(' ')}]`
}
