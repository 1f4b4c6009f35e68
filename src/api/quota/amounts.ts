// Amounts of several resources: sums, differences, comparisons.
import {addQuantities, compareQuantities, formatQuantity, quantitySign, subtractQuantities} from '../meta/quantity.ts'

export type Amounts = {[resource: string]: string}
type Given = Readonly<Record<string, string>> | undefined

export const addAmounts = (a: Given, b: Given): Amounts => {
  const sum: Amounts = {...a}
  for (const [resource, amount] of Object.entries(b ?? {}))
    sum[resource] = formatQuantity(addQuantities(sum[resource] ?? '0', amount))
  return sum
}

export const subtractAmounts = (a: Given, b: Given): Amounts => {
  const rest: Amounts = {...a}
  for (const [resource, amount] of Object.entries(b ?? {}))
    rest[resource] = formatQuantity(subtractQuantities(rest[resource] ?? '0', amount))
  return rest
}

export const onlyResources = (amounts: Given, resources: Iterable<string>): Amounts => {
  const wanted = new Set(resources)
  return Object.fromEntries(Object.entries(amounts ?? {}).filter(([resource]) => wanted.has(resource)))
}

export const positiveAmounts = (amounts: Given): Amounts =>
  Object.fromEntries(Object.entries(amounts ?? {}).filter(([, amount]) => quantitySign(amount) > 0))

/** The resources of which there is more than the limit allows; those without a limit are not among them. */
export const exceeded = (amounts: Given, limits: Given): string[] =>
  Object.entries(amounts ?? {})
    .filter(([resource, amount]) => {
      const limit = limits?.[resource]
      return limit !== undefined && compareQuantities(amount, limit) > 0
    })
    .map(([resource]) => resource)

/** `cpu=1,pods=2` */
export const amountsText = (amounts: Given): string =>
  Object.entries(amounts ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, amount]) => `${resource}=${amount}`)
    .join(',')
