// The quality of service a pod gets, from its requests and limits of CPU and memory.
import {compareQuantities, quantitySign} from '../../meta/quantity.ts'
import type {Container, PodSpec} from '../../schema/types.gen.ts'
import type {Resources} from '../resource-lists.ts'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'
const counted = ['cpu', 'memory'] as const

const isPositive = (amount: string | undefined): boolean => amount !== undefined && quantitySign(amount) > 0

const isGuaranteed = (resources: Resources | undefined): boolean =>
  counted.every((resource) => {
    const limit = resources?.limits?.[resource]
    const request = resources?.requests?.[resource] ?? limit
    return limit !== undefined && isPositive(limit) && request !== undefined && compareQuantities(limit, request) === 0
  })

const asksForAny = (resources: Resources | undefined): boolean =>
  counted.some((resource) => isPositive(resources?.requests?.[resource]) || isPositive(resources?.limits?.[resource]))

export const qosClassOf = (spec: PodSpec): QosClass => {
  const containers: readonly Pick<Container, 'resources'>[] = spec.resources
    ? [{resources: spec.resources}]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  if (!containers.some(({resources}) => asksForAny(resources))) return 'BestEffort'
  return containers.every(({resources}) => isGuaranteed(resources)) ? 'Guaranteed' : 'Burstable'
}
