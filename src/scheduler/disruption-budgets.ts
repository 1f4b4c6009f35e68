// Which victims would break a PodDisruptionBudget, given those already chosen.
import type {DeepReadonly} from '../api/object.ts'
import {labelSelector} from '../api/scheduling/selector.ts'
import type {PodDisruptionBudget} from '../api/schema/types.gen.ts'
import type {PodInfo} from './pod-info.ts'

export interface Sorted {
  readonly violating: readonly PodInfo[]
  readonly others: readonly PodInfo[]
}

const covers = (budget: DeepReadonly<PodDisruptionBudget>, pod: PodInfo): boolean => {
  const selector = budget.spec?.selector
  if (budget.metadata?.namespace !== pod.namespace || !selector) return false
  const isEmpty = !selector.matchExpressions?.length && Object.keys(selector.matchLabels ?? {}).length === 0
  return !isEmpty && labelSelector(selector).matches(pod.labels)
}

/** In the given order: the first pods use up what a budget allows. */
export const sortByBudgets = (
  pods: readonly PodInfo[],
  budgets: readonly DeepReadonly<PodDisruptionBudget>[],
): Sorted => {
  const allowed = budgets.map(({status}) => status?.disruptionsAllowed ?? 0)
  const violating: PodInfo[] = []
  const others: PodInfo[] = []
  for (const pod of pods) {
    let breaks = false
    budgets.forEach((budget, index) => {
      if (!covers(budget, pod) || budget.status?.disruptedPods?.[pod.pod.metadata.name] !== undefined) return
      allowed[index] = (allowed[index] ?? 0) - 1
      if ((allowed[index] ?? 0) < 0) breaks = true
    })
    ;(breaks ? violating : others).push(pod)
  }
  return {violating, others}
}
