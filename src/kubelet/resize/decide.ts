// Whether a running pod may have other resources: never, not now, or now. Pure.
import {parseQuantity} from '../../api/meta/quantity.ts'
import {podAmounts} from '../../api/quota/pod-amounts.ts'
import {type Allocatable, shortageOf, shortageText} from '../admit/fit.ts'
import type {ThePod} from '../pods/types.ts'

export interface PendingResize {
  readonly reason: 'Infeasible' | 'Deferred'
  readonly message: string
}

const units = {cpu: 1_000_000n, memory: 1_000_000_000n} as const

export const resizeRefusal = (
  desired: ThePod,
  others: readonly ThePod[],
  allocatable: Allocatable,
): PendingResize | undefined => {
  const requested = podAmounts(desired, 'requests')
  for (const resource of ['cpu', 'memory'] as const) {
    const asked = (requested[resource]?.nanos ?? 0n) / units[resource]
    const there = parseQuantity(allocatable[resource] ?? '0').nanos / units[resource]
    if (asked > there)
      return {
        reason: 'Infeasible',
        message: `Node didn't have enough capacity: ${resource}, requested: ${asked}, capacity: ${there}`,
      }
  }
  const shortage = shortageOf(desired, others, allocatable)
  return shortage && {reason: 'Deferred', message: shortageText(shortage)}
}
