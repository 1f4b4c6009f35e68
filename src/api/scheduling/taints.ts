// Taints and tolerations.
import type {DeepReadonly} from '../object.ts'
import type {Taint, Toleration} from '../schema/types.gen.ts'
import {satisfies} from './selector.ts'

const toleratesValue = (toleration: DeepReadonly<Toleration>, value: string): boolean => {
  switch (toleration.operator ?? 'Equal') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === value
    case 'Exists':
      return true
    case 'Gt':
    case 'Lt':
      return satisfies(value, toleration.operator ?? '', [toleration.value ?? ''])
    default:
      return false
  }
}

const tolerates = (toleration: DeepReadonly<Toleration>, taint: DeepReadonly<Taint>): boolean =>
  (!toleration.effect || toleration.effect === taint.effect) &&
  (!toleration.key || toleration.key === taint.key) &&
  toleratesValue(toleration, taint.value ?? '')

export const isTolerated = (
  taint: DeepReadonly<Taint>,
  tolerations: readonly DeepReadonly<Toleration>[] | undefined,
): boolean => tolerations?.some((toleration) => tolerates(toleration, taint)) ?? false

/** The first taint that keeps the pod from being placed there. */
export const untoleratedTaint = (
  taints: readonly DeepReadonly<Taint>[],
  tolerations: readonly DeepReadonly<Toleration>[] | undefined,
): DeepReadonly<Taint> | undefined =>
  taints.find(
    (taint) => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !isTolerated(taint, tolerations),
  )
