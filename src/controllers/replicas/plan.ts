// How many pods to make or remove, and what the status says then.

import {labelMap} from '../../api/meta/label-selector.ts'
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {withCondition, withoutCondition} from '../objects/conditions.ts'
import {unlessZero} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {isAvailable, isReady} from '../pods/facts.ts'

/** One look makes or removes at most this many. */
const BURST = 500

export interface ReplicaCondition {
  type: string
  status: string
  reason?: string | undefined
  message?: string | undefined
  lastTransitionTime?: string | undefined
}
export interface ReplicaStatus {
  availableReplicas?: number | undefined
  conditions?: ReplicaCondition[] | undefined
  fullyLabeledReplicas?: number | undefined
  observedGeneration?: number | undefined
  readyReplicas?: number | undefined
  replicas: number
  terminatingReplicas?: number | undefined
}

export const planReplicas = (wanted: number, active: number): {readonly create: number; readonly remove: number} => ({
  create: Math.min(Math.max(0, wanted - active), BURST),
  remove: Math.min(Math.max(0, active - wanted), BURST),
})

export interface ReplicaCounts {
  readonly replicas: number
  readonly fullyLabeled: number
  readonly ready: number
  readonly available: number
}

export const countReplicas = (
  active: readonly Cached<Pod>[],
  options: {
    readonly templateLabels: Readonly<Record<string, string>>
    readonly minReadySeconds: number
    readonly nowMs: number
  },
): ReplicaCounts => {
  const isLabeled = labelMap(options.templateLabels)
  const ready = active.filter(isReady)
  return {
    replicas: active.length,
    fullyLabeled: active.filter(({metadata}) => isLabeled(metadata.labels)).length,
    ready: ready.length,
    available: ready.filter((pod) => isAvailable(pod, options.minReadySeconds, options.nowMs)).length,
  }
}

export interface StatusInput {
  readonly old: ReplicaStatus | undefined
  readonly generation: number
  readonly counts: ReplicaCounts
  readonly terminating: number | undefined
  readonly failure: {readonly reason: string; readonly message: string} | undefined
  readonly nowMs: number
}

export const planStatus = ({old, generation, counts, terminating, failure, nowMs}: StatusInput): ReplicaStatus => {
  const conditions = failure
    ? withCondition(old?.conditions, {
        type: 'ReplicaFailure',
        status: 'True',
        lastTransitionTime: timestamp(nowMs),
        ...failure,
      })
    : withoutCondition(old?.conditions, 'ReplicaFailure')
  return {
    replicas: counts.replicas,
    fullyLabeledReplicas: unlessZero(counts.fullyLabeled),
    readyReplicas: unlessZero(counts.ready),
    availableReplicas: unlessZero(counts.available),
    terminatingReplicas: terminating,
    observedGeneration: unlessZero(generation),
    conditions: conditions.length > 0 ? conditions : undefined,
  }
}
