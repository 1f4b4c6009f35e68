// What a Deployment's status says: counts, and the conditions Available, Progressing and ReplicaFailure.
import type {DeploymentCondition, DeploymentStatus} from '../../api/schema/types.gen.ts'
import {conditionOf, withCondition, withoutCondition} from '../objects/conditions.ts'
import {unlessZero} from '../objects/status.ts'
import {timeMs, timestamp} from '../objects/times.ts'
import {limitsOf, type Owner, type PodSet, replicasOf, sizeOf, sum} from './sets.ts'

/** What `kubectl` and people use for "never". */
const NO_DEADLINE = 2 ** 31 - 1

export const hasDeadline = ({spec}: Owner): boolean =>
  spec?.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE

export const progressing = (
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  nowMs: number,
): DeploymentCondition => ({
  type: 'Progressing',
  status,
  reason,
  message,
  lastUpdateTime: timestamp(nowMs),
  lastTransitionTime: timestamp(nowMs),
})

type Conditions = readonly DeploymentCondition[] | undefined

export const planCounts = (
  deployment: Owner,
  sets: readonly PodSet[],
  newSet: PodSet | undefined,
  nowMs: number,
): DeploymentStatus => {
  const available = sum(sets, ({status}) => status?.availableReplicas)
  const terminating = sets.every(({status}) => status?.terminatingReplicas !== undefined)
    ? sum(sets, ({status}) => status?.terminatingReplicas)
    : undefined
  const isEnough = available >= replicasOf(deployment) - limitsOf(deployment).unavailable
  return {
    observedGeneration: unlessZero(deployment.metadata.generation ?? 0),
    replicas: unlessZero(sum(sets, ({status}) => status?.replicas)),
    updatedReplicas: unlessZero(newSet?.status?.replicas ?? 0),
    readyReplicas: unlessZero(sum(sets, ({status}) => status?.readyReplicas)),
    availableReplicas: unlessZero(available),
    unavailableReplicas: unlessZero(Math.max(0, sum(sets, sizeOf) - available)),
    terminatingReplicas: terminating,
    collisionCount: deployment.status?.collisionCount,
    conditions: withCondition(deployment.status?.conditions as Conditions, {
      type: 'Available',
      status: isEnough ? 'True' : 'False',
      reason: isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: isEnough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      lastUpdateTime: timestamp(nowMs),
      lastTransitionTime: timestamp(nowMs),
    }),
  }
}

export const isComplete = (deployment: Owner, status: DeploymentStatus): boolean => {
  const wanted = replicasOf(deployment)
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

const hasProgressed = (old: Owner['status'], now: DeploymentStatus): boolean => {
  const count = (
    status: Owner['status'],
    field: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas',
  ) => status?.[field] ?? 0
  const outdated = (status: Owner['status']): number => count(status, 'replicas') - count(status, 'updatedReplicas')
  return (
    count(now, 'updatedReplicas') > count(old, 'updatedReplicas') ||
    outdated(now) < outdated(old) ||
    count(now, 'readyReplicas') > count(old, 'readyReplicas') ||
    count(now, 'availableReplicas') > count(old, 'availableReplicas')
  )
}

/** When the time for progress is over; undefined when no clock is running. */
export const deadlineMs = (deployment: Owner, conditions: Conditions): number | undefined => {
  const current = conditionOf(conditions, 'Progressing')
  if (!hasDeadline(deployment) || !current) return undefined
  if (current.reason === 'NewReplicaSetAvailable' || current.reason === 'ProgressDeadlineExceeded') return undefined
  return timeMs(current.lastUpdateTime) + (deployment.spec?.progressDeadlineSeconds ?? 0) * 1000
}

/** The status during a rollout: how it goes, besides the counts. */
export const planRolloutStatus = (
  deployment: Owner,
  sets: readonly PodSet[],
  newSet: PodSet | undefined,
  nowMs: number,
): DeploymentStatus => {
  const status = planCounts(deployment, sets, newSet, nowMs)
  const conditions = hasDeadline(deployment)
    ? withProgress(deployment, status, newSet, nowMs)
    : withoutCondition(status.conditions, 'Progressing')
  return {...status, conditions: withFailure(conditions, sets, newSet, nowMs)}
}

const withProgress = (
  deployment: Owner,
  status: DeploymentStatus,
  newSet: PodSet | undefined,
  nowMs: number,
): DeploymentCondition[] => {
  const conditions = status.conditions ?? []
  const current = conditionOf(conditions, 'Progressing')
  const wasComplete =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable'
  if (wasComplete) return conditions
  const what = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`
  if (isComplete(deployment, status))
    return withCondition(
      conditions,
      progressing('True', 'NewReplicaSetAvailable', `${what} has successfully progressed.`, nowMs),
    )
  if (hasProgressed(deployment.status, status)) {
    const condition = progressing('True', 'ReplicaSetUpdated', `${what} is progressing.`, nowMs)
    const since = current?.status === 'True' ? current.lastTransitionTime : condition.lastTransitionTime
    // Written even when only its time of update is new: that restarts the deadline.
    return [...withoutCondition(conditions, 'Progressing'), {...condition, lastTransitionTime: since}]
  }
  const overMs = deadlineMs(deployment, conditions)
  if (overMs === undefined || overMs >= nowMs) return conditions
  return withCondition(
    conditions,
    progressing('False', 'ProgressDeadlineExceeded', `${what} has timed out progressing.`, nowMs),
  )
}

const withFailure = (
  conditions: DeploymentCondition[],
  sets: readonly PodSet[],
  newSet: PodSet | undefined,
  nowMs: number,
): DeploymentCondition[] => {
  const failure =
    conditionOf(newSet?.status?.conditions, 'ReplicaFailure') ??
    sets.map(({status}) => conditionOf(status?.conditions, 'ReplicaFailure')).find((found) => found !== undefined)
  if (!failure) return withoutCondition(conditions, 'ReplicaFailure')
  return withCondition(conditions, {
    type: 'ReplicaFailure',
    status: failure.status,
    reason: failure.reason,
    message: failure.message,
    lastUpdateTime: timestamp(nowMs),
    lastTransitionTime: failure.lastTransitionTime,
  })
}
