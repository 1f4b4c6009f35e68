// Small checks that many kinds share. Each adds what is wrong with a field to `errors`.
import type {FieldErrors} from '../field-errors.ts'
import {badCidr, badIp, familyOf, parseCidr} from '../meta/ip.ts'
import {dnsLabel, dnsSubdomain, type NameRule, percentText, portName, portNumber, qualifiedName} from '../meta/names.ts'

export const checkName = (rule: NameRule, value: string | undefined, path: string, errors: FieldErrors): void => {
  for (const complaint of rule(value ?? '')) errors.invalid(path, value ?? '', complaint)
}

export const checkLabelName = (value: string | undefined, path: string, errors: FieldErrors): void =>
  checkName(dnsLabel, value, path, errors)

export const checkSubdomain = (value: string | undefined, path: string, errors: FieldErrors): void =>
  checkName(dnsSubdomain, value, path, errors)

export const checkQualifiedName = (value: string | undefined, path: string, errors: FieldErrors): void =>
  checkName(qualifiedName, value, path, errors)

export const atLeastZero = 'must be greater than or equal to 0'

export const checkNonNegative = (value: number | undefined, path: string, errors: FieldErrors): void => {
  if ((value ?? 0) < 0) errors.invalid(path, value, atLeastZero)
}

export const checkRange = (
  value: number | undefined,
  range: {readonly min: number; readonly max: number},
  path: string,
  errors: FieldErrors,
): void => {
  const {min, max} = range
  if (value !== undefined && (value < min || value > max))
    errors.invalid(path, value, `must be between ${min} and ${max}, inclusive`)
}

/** A value out of a list; the list is named in the order given. */
export const checkOneOf = (
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void => {
  if (!supported.includes(value ?? '')) errors.notSupported(path, value ?? '', supported)
}

export const checkOptionalOneOf = (
  value: string | undefined,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void => {
  if (value !== undefined) checkOneOf(value, supported, path, errors)
}

export const checkRequired = (value: string | undefined, path: string, errors: FieldErrors, detail = ''): boolean => {
  if (value) return true
  errors.required(path, detail)
  return false
}

export const checkPortNumber = (value: number | undefined, path: string, errors: FieldErrors): void => {
  for (const complaint of portNumber(value ?? 0)) errors.invalid(path, value ?? 0, complaint)
}

export const checkPort = (value: number | string | undefined, path: string, errors: FieldErrors): void =>
  typeof value === 'string' ? checkName(portName, value, path, errors) : checkPortNumber(value, path, errors)

export const checkIp = (value: string | undefined, path: string, errors: FieldErrors): void => {
  if (familyOf(value ?? '') === undefined) errors.invalid(path, value ?? '', badIp)
}

export const checkCidr = (value: string | undefined, path: string, errors: FieldErrors): void => {
  if (parseCidr(value ?? '') === undefined) errors.invalid(path, value ?? '', badCidr)
}

/** Addresses that mean something else on each machine are nobody's endpoint. */
export const checkNotSpecial = (address: string, path: string, errors: FieldErrors): void => {
  const refuse = (what: string): void => errors.invalid(path, address, what)
  if (address === '0.0.0.0' || address === '::') refuse(`may not be unspecified (${address})`)
  if (address.startsWith('127.') || address === '::1') refuse('may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (address.startsWith('169.254.') || /^fe[89ab]/i.test(address))
    refuse('may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  if (/^224\.0\.0\./.test(address) || /^ff02:/i.test(address))
    refuse('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
}

/** A whole number of at least zero, or a percentage. */
export const checkIntOrPercent = (value: number | string | undefined, path: string, errors: FieldErrors): void => {
  if (typeof value === 'string') checkName(percentText, value, path, errors)
  else checkNonNegative(value, path, errors)
}

/** `50%` is 50; undefined for what is no percentage. */
export const percentOf = (value: number | string | undefined): number | undefined =>
  typeof value === 'string' && percentText(value).length === 0 ? Number(value.slice(0, -1)) : undefined

export const checkAtMost100Percent = (value: number | string | undefined, path: string, errors: FieldErrors): void => {
  if ((percentOf(value) ?? 0) > 100) errors.invalid(path, value, 'must not be greater than 100%')
}

export const immutable = 'field is immutable'
