// Amounts of resources: nothing smaller than a thousandth is kept.
import {formatQuantity, parseQuantity, roundQuantityUp} from '../meta/quantity.ts'

export type ResourceList = {[resource: string]: string}

export interface Resources {
  limits?: ResourceList | undefined
  requests?: ResourceList | undefined
}

const milli = 1_000_000n

const rounded = (text: string): string => {
  const quantity = parseQuantity(text)
  return quantity.nanos % milli === 0n ? text : formatQuantity(roundQuantityUp(quantity))
}

export const roundResourceList = (list: ResourceList | undefined): void => {
  if (list) for (const [resource, amount] of Object.entries(list)) list[resource] = rounded(amount)
}

export const roundResources = (resources: Resources | undefined): void => {
  roundResourceList(resources?.limits)
  roundResourceList(resources?.requests)
}

/** What is limited but not asked for is asked for in full. */
export const requestsFromLimits = (resources: Resources | undefined): void => {
  if (resources?.limits) resources.requests = {...resources.limits, ...resources.requests}
}
