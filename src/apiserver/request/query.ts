// Query parameters as Go's decoder reads them.
import {badRequest} from '../errors.ts'

export const intParameter = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  const value = Number(text)
  if (Math.abs(value) > 2 ** 63)
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`)
  return value
}

/** Kubernetes takes anything but `false` and `0` for true. */
export const boolParameter = (query: URLSearchParams, name: string): boolean | undefined => {
  const text = query.get(name)
  if (text === null) return undefined
  return text !== 'false' && text !== '0'
}

export const textParameter = (query: URLSearchParams, name: string): string => query.get(name) ?? ''
