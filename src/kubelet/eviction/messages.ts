// What an evicted pod is told. The sentences end with a space, as Kubernetes' do.
import {canonicalQuantity, formatQuantity, quantityOf} from '../../api/meta/quantity.ts'
import {type ContainerUse, containerUsed, exceedsRequest, type PodUse, requestText} from './rank.ts'
import {amountIn, type Observations, type StarvedResource, type Threshold} from './thresholds.ts'

export interface EvictionNote {
  readonly message: string
  readonly annotations: Readonly<Record<string, string>>
}

const binary = (bytes: number): string => formatQuantity(quantityOf(Math.floor(bytes), 'BinarySI'))

/** Counted in bytes, or in pieces. */
const amountText = (amount: number, {signal}: Threshold): string =>
  signal.endsWith('.inodesFree') || signal === 'pid.available' ? formatQuantity(quantityOf(amount)) : binary(amount)

const measured = (threshold: Threshold, observations: Observations): string => {
  const seen = observations[threshold.signal]
  if (!seen) return ''
  const quantity = amountText(amountIn(threshold.amount, seen), threshold)
  return `Threshold quantity: ${quantity}, available: ${amountText(seen.available, threshold)}. `
}

export const pressureNote = (
  use: PodUse,
  resource: StarvedResource,
  threshold: Threshold,
  observations: Observations,
): EvictionNote => {
  const greedy = use.containers.filter((container) => exceedsRequest(use, container, resource))
  const usage = (container: ContainerUse): string => binary(containerUsed(container, resource) ?? 0)
  const sentences = greedy.map(
    (container) =>
      `Container ${container.name} was using ${usage(container)}, request is ${canonicalQuantity(requestText(use, container.name, resource))}, has larger consumption of ${resource}. `,
  )
  return {
    message: `The node was low on resource: ${resource}. ${measured(threshold, observations)}${sentences.join('')}`,
    annotations: {
      offending_containers: greedy.map(({name}) => name).join(','),
      offending_containers_usage: greedy.map(usage).join(','),
      starved_resource: resource,
    },
  }
}

export const emptyDirNote = (volume: string, limit: string): string =>
  `Usage of EmptyDir volume ${JSON.stringify(volume)} exceeds the limit ${JSON.stringify(canonicalQuantity(limit))}. `
export const podStorageNote = (limit: string): string =>
  `Pod ephemeral local storage usage exceeds the total limit of containers ${limit}. `
export const containerStorageNote = (container: string, limit: string): string =>
  `Container ${container} exceeded its local ephemeral storage limit ${JSON.stringify(canonicalQuantity(limit))}. `
