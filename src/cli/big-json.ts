// JSON whose whole numbers may be larger than a double holds: those become bigints, and are written again digit by digit.

/** A run of digits that could be too long, outside of the usual short numbers. */
const longNumber = /[\d]{16}/

interface Source {
  readonly source?: string
}

/** Beyond 64 bits a number is a double, as it is for kubectl. */
const keepDigits = (_key: string, value: unknown, context?: Source): unknown => {
  const source = context?.source ?? ''
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value
  const whole = BigInt(source)
  return whole >= -(2n ** 63n) && whole < 2n ** 63n ? whole : value
}

export const parseBigJson = (text: string): unknown =>
  longNumber.test(text)
    ? JSON.parse(text, keepDigits as (this: unknown, key: string, value: unknown) => unknown)
    : JSON.parse(text)
