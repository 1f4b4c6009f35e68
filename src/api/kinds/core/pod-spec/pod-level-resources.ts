// Requests of a pod as a whole: what its containers ask for together, or else its limit.
import {addQuantities, compareQuantities, formatQuantity} from '../../../meta/quantity.ts'
import type {Container, PodSpec} from '../../../schema/types.gen.ts'
import type {ResourceList} from '../../resource-lists.ts'

const podLevel = (resource: string): boolean =>
  resource === 'cpu' || resource === 'memory' || resource.startsWith('hugepages-')

const sum = (a: ResourceList, b: ResourceList | undefined): ResourceList => {
  const total = {...a}
  for (const [resource, amount] of Object.entries(b ?? {}))
    total[resource] = formatQuantity(addQuantities(total[resource] ?? '0', amount))
  return total
}

const largest = (a: ResourceList, b: ResourceList): ResourceList => {
  const most = {...a}
  for (const [resource, amount] of Object.entries(b)) {
    const known = most[resource]
    if (known === undefined || compareQuantities(amount, known) > 0) most[resource] = amount
  }
  return most
}

type Which = 'requests' | 'limits'
const listOf = (container: Container, which: Which): ResourceList | undefined => container.resources?.[which]

/** Containers run together; init containers one after the other, beside the sidecars started before them. */
export const containersTotal = (spec: PodSpec, which: Which): ResourceList => {
  let running = (spec.containers ?? []).reduce<ResourceList>((all, each) => sum(all, listOf(each, which)), {})
  let sidecars: ResourceList = {}
  let starting: ResourceList = {}
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') {
      running = sum(running, listOf(container, which))
      sidecars = sum(sidecars, listOf(container, which))
      starting = largest(starting, sidecars)
    } else starting = largest(starting, sum(sidecars, listOf(container, which)))
  }
  return largest(running, starting)
}

export const defaultPodLevelRequests = (spec: PodSpec): void => {
  const resources = spec.resources
  if (!resources?.limits && !resources?.requests) return
  const together = containersTotal(spec, 'requests')
  const requests: ResourceList = {...resources.requests}
  for (const [resource, amount] of Object.entries(together)) if (podLevel(resource)) requests[resource] ??= amount
  for (const [resource, amount] of Object.entries(resources.limits ?? {}))
    if (podLevel(resource)) requests[resource] ??= amount
  if (Object.keys(requests).length > 0) resources.requests = requests
}
