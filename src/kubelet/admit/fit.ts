// Whether what a pod asks for is left on the node. Pure.
import {compareQuantities, parseQuantity, type Quantity, zeroQuantity} from '../../api/meta/quantity.ts'
import {plus, podAmounts, type Quantities} from '../../api/quota/pod-amounts.ts'
import type {ThePod} from '../pods/types.ts'

export interface Shortage {
  readonly resource: string
  readonly requested: number
  readonly used: number
  readonly capacity: number
}

/** Counted in thousandths for cpu, in units for all else, as the scheduler counts. */
const countOf = (resource: string, {nanos}: Quantity): number => {
  const unit = resource === 'cpu' ? 1_000_000n : 1_000_000_000n
  return Number((nanos + unit - 1n) / unit)
}

export type Allocatable = Readonly<Record<string, string>>

export const shortageOf = (pod: ThePod, others: readonly ThePod[], allocatable: Allocatable): Shortage | undefined => {
  const most = Number(allocatable.pods ?? 0)
  if (others.length + 1 > most) return {resource: 'pods', requested: 1, used: others.length, capacity: most}
  const requested = podAmounts(pod, 'requests')
  const used = others.reduce<Quantities>((sum, other) => plus(sum, podAmounts(other, 'requests')), {})
  for (const [resource, amount] of Object.entries(requested)) {
    if (amount.nanos === 0n) continue
    const there = parseQuantity(allocatable[resource] ?? '0')
    const taken = used[resource] ?? zeroQuantity
    if (compareQuantities({...amount, nanos: amount.nanos + taken.nanos}, there) > 0)
      return {
        resource,
        requested: countOf(resource, amount),
        used: countOf(resource, taken),
        capacity: countOf(resource, there),
      }
  }
  return undefined
}

export const shortageText = ({capacity, requested, resource, used}: Shortage): string =>
  `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`
