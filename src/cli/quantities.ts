import {tryParseQuantity} from '../api/meta/quantity.ts'

/** `cpu=1,memory=2Gi` of flags such as --hard, --limits, --requests. */
export const parseQuantities = (text: string): Record<string, string> => {
  if (text === '') return {}
  const found: Record<string, string> = {}
  for (const part of text.split(',')) {
    const [name = '', value, ...rest] = part.split('=')
    if (value === undefined || rest.length > 0)
      throw new Error(`Invalid argument syntax ${part}, expected <resource>=<value>`)
    if ('problem' in tryParseQuantity(value))
      throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    found[name] = value
  }
  return found
}

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}
/** As a double: to compare and to divide. */
export const quantityNumber = (text: string): number => {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkMGTPE]i?)?$/.exec(text)
  return match ? Number(match[1]) * (factors[match[2] ?? ''] ?? 1) : Number.NaN
}
