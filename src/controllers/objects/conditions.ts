// Conditions of a status: lists with one entry a type.

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string | undefined
  readonly message?: string | undefined
  readonly lastTransitionTime?: string | undefined
}

export const conditionOf = <T extends Condition>(conditions: readonly T[] | undefined, type: string): T | undefined =>
  conditions?.find((condition) => condition.type === type)

export const isConditionTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditionOf(conditions, type)?.status === 'True'

export const withoutCondition = <T extends Condition>(conditions: readonly T[] | undefined, type: string): T[] =>
  (conditions ?? []).filter((condition) => condition.type !== type)

/** Unless status and reason are as they were; keeps the time of transition while the status stays. Moves to the end. */
export const withCondition = <T extends Condition>(conditions: readonly T[] | undefined, condition: T): T[] => {
  const current = conditionOf(conditions, condition.type)
  if (current && current.status === condition.status && current.reason === condition.reason)
    return [...(conditions ?? [])]
  const since = current?.status === condition.status ? current.lastTransitionTime : condition.lastTransitionTime
  return [...withoutCondition(conditions, condition.type), {...condition, lastTransitionTime: since}]
}
