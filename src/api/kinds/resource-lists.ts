// Amounts of resources.

export type ResourceList = {[resource: string]: string}

export interface Resources {
  limits?: ResourceList | undefined
  requests?: ResourceList | undefined
}

/** What is limited but not asked for is asked for in full. */
export const requestsFromLimits = (resources: Resources | undefined): void => {
  if (resources?.limits) resources.requests = {...resources.limits, ...resources.requests}
}
