// Kubernetes quantities: `500m`, `1.5Gi`, `1e3`. Exact: the value is a whole number of billionths, the smallest unit
// there is. The form a quantity was written in (decimal, binary, exponent) stays with it, also through sums.

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

export interface Quantity {
  readonly nanos: bigint
  readonly format: QuantityFormat
}

const nano = 1_000_000_000n
const largest = (2n ** 63n - 1n) * nano
const binaryFactors = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimalFactors: Record<string, number> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const decimalNames = new Map(Object.entries(decimalFactors).map(([name, exponent]) => [exponent, name]))

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const wrongSuffix = "unable to parse quantity's suffix"
const wrongNumber = 'unable to parse numeric part of quantity'

interface Suffix {
  readonly base: 2 | 10
  readonly exponent: number
  readonly format: QuantityFormat
}

const readSuffix = (text: string): Suffix | undefined => {
  const decimal = Object.hasOwn(decimalFactors, text) ? decimalFactors[text] : undefined
  if (decimal !== undefined) return {base: 10, exponent: decimal, format: 'DecimalSI'}
  const binary = binaryFactors.indexOf(text)
  if (binary > 0) return {base: 2, exponent: binary * 10, format: 'BinarySI'}
  const exponent = /^[eE]([+-]?\d{1,9})$/.exec(text)?.[1]
  return exponent === undefined ? undefined : {base: 10, exponent: Number(exponent), format: 'DecimalExponent'}
}

const roundUp = (numerator: bigint, denominator: bigint): bigint => {
  const whole = numerator / denominator
  return numerator % denominator === 0n ? whole : whole + 1n
}

/** Kubernetes keeps what fits its short form as it is, and limits all else to what an int64 holds. */
const fitsShortForm = (digits: number, decimals: number, {base, exponent}: Suffix): boolean => {
  if (base === 10) return digits + decimals <= 18 && exponent - decimals >= -9
  return decimals === 0 && 15 - digits - Math.trunc((exponent * 3) / 10) - 1 >= 0
}

export type ParsedQuantity = {readonly quantity: Quantity} | {readonly problem: string}

export const tryParseQuantity = (text: string): ParsedQuantity => {
  const match = /^([+-]?)(\d*)(?:(\.)(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text)
  if (text === '' || !match) return {problem: wrongFormat}
  const [, sign, whole = '', , decimals = '', suffixText = ''] = match
  const suffix = readSuffix(suffixText)
  if (!suffix) return {problem: wrongSuffix}
  if (whole === '' && decimals === '') return {problem: wrongNumber}
  const digits = whole.replace(/^0+/, '')
  const value = BigInt(`${digits}${decimals}` || '0')
  if (value === 0n) return {quantity: {nanos: 0n, format: suffix.format}}
  // 10^400 is already far beyond the limit: no need to compute 10^999999999.
  const exponent = Math.max(-400, Math.min(400, suffix.exponent))
  const decimalPower = (suffix.base === 10 ? exponent : 0) - decimals.length + 9
  const scaled = suffix.base === 2 ? value << BigInt(exponent) : value
  const exact = decimalPower >= 0 ? scaled * 10n ** BigInt(decimalPower) : roundUp(scaled, 10n ** BigInt(-decimalPower))
  const nanos = fitsShortForm(digits.length, decimals.length, suffix) || exact <= largest ? exact : largest
  const format = suffix.format === 'BinarySI' && nanos < nano ? 'DecimalSI' : suffix.format
  return {quantity: {nanos: sign === '-' ? -nanos : nanos, format}}
}

export const parseQuantity = (value: string | number): Quantity => {
  const parsed = tryParseQuantity(String(value))
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.quantity
}

const decimalText = (nanos: bigint, format: QuantityFormat): string => {
  let mantissa = nanos
  let exponent = -9
  while (mantissa % 1000n === 0n && exponent < 18) {
    mantissa /= 1000n
    exponent += 3
  }
  if (format === 'DecimalExponent') {
    // This form has names for every power.
    while (mantissa % 1000n === 0n) {
      mantissa /= 1000n
      exponent += 3
    }
    return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`
  }
  return `${mantissa}${decimalNames.get(exponent) ?? ''}`
}

const binaryText = (nanos: bigint): string => {
  let mantissa = nanos / nano
  let power = 0
  while (mantissa % 1024n === 0n && power < binaryFactors.length - 1) {
    mantissa /= 1024n
    power += 1
  }
  return `${mantissa}${binaryFactors[power]}`
}

/** The canonical form: no fractions, the largest suffix that needs none. */
export const formatQuantity = ({nanos, format}: Quantity): string => {
  if (nanos === 0n) return '0'
  const isSmall = nanos > -1024n * nano && nanos < 1024n * nano
  if (format === 'BinarySI' && !isSmall && nanos % nano === 0n) return binaryText(nanos)
  return decimalText(nanos, format === 'BinarySI' ? 'DecimalSI' : format)
}

const canonicalForms = new Map<string, string>()

/** `1024Mi` -> `1Gi`. Throws with Kubernetes' words when it is none. */
export const canonicalQuantity = (value: string | number): string => {
  const text = String(value)
  const known = canonicalForms.get(text)
  if (known !== undefined) return known
  const canonical = formatQuantity(parseQuantity(text))
  if (canonicalForms.size >= 4096) canonicalForms.clear()
  canonicalForms.set(text, canonical)
  return canonical
}

const asQuantity = (value: Quantity | string | number): Quantity =>
  typeof value === 'object' ? value : parseQuantity(value)

export type QuantityLike = Quantity | string | number

export const compareQuantities = (a: QuantityLike, b: QuantityLike): -1 | 0 | 1 => {
  const left = asQuantity(a).nanos
  const right = asQuantity(b).nanos
  return left < right ? -1 : left > right ? 1 : 0
}

/** A sum keeps the form of its first part, or of the second when the first is zero. */
const combine = (a: QuantityLike, b: QuantityLike, sign: 1n | -1n): Quantity => {
  const left = asQuantity(a)
  const right = asQuantity(b)
  return {nanos: left.nanos + sign * right.nanos, format: left.nanos === 0n ? right.format : left.format}
}

export const addQuantities = (a: QuantityLike, b: QuantityLike): Quantity => combine(a, b, 1n)
export const subtractQuantities = (a: QuantityLike, b: QuantityLike): Quantity => combine(a, b, -1n)

/** Away from zero to a multiple of `unit` billionths: quantities of resources are kept to a thousandth. */
export const roundQuantityUp = (value: QuantityLike, unit: 'milli' | 'one' = 'milli'): Quantity => {
  const {nanos, format} = asQuantity(value)
  const step = unit === 'milli' ? 1_000_000n : nano
  const magnitude = roundUp(nanos < 0n ? -nanos : nanos, step) * step
  return {nanos: nanos < 0n ? -magnitude : magnitude, format}
}

/** Whole units, rounded up (as Kubernetes' Value()); exact only up to 2^53. */
export const quantityValue = (value: QuantityLike): number => Number(roundQuantityUp(value, 'one').nanos / nano)
/** Thousandths, rounded up (as Kubernetes' MilliValue()). */
export const quantityMilliValue = (value: QuantityLike): number => Number(roundQuantityUp(value).nanos / 1_000_000n)
export const quantityIsZero = (value: QuantityLike): boolean => asQuantity(value).nanos === 0n
export const quantitySign = (value: QuantityLike): -1 | 0 | 1 => compareQuantities(value, zeroQuantity)
export const zeroQuantity: Quantity = {nanos: 0n, format: 'DecimalSI'}
export const quantityOf = (value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nanos: BigInt(value) * nano,
  format,
})
