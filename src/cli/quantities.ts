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
