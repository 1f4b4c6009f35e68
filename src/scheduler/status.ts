// What the scheduler writes into the status of pods.
import type {DeepReadonly} from '../api/object.ts'
import {pods} from '../api/resources.ts'
import type {Pod, PodCondition} from '../api/schema/types.gen.ts'
import type {ApiClient} from '../client/contract.ts'
import type {PodInfo} from './pod-info.ts'

type Condition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>

const says = (pod: DeepReadonly<Pod>, wanted: Condition): boolean =>
  (pod.status?.conditions ?? []).some(
    ({type, status, reason, message}) =>
      type === wanted.type && status === wanted.status && reason === wanted.reason && message === wanted.message,
  )

/** The whole condition as a strategic merge has it: told from others by its type. */
const patchOf = (pod: DeepReadonly<Pod>, condition: Condition, now: string): PodCondition => {
  const before = pod.status?.conditions?.find(({type}) => type === condition.type)
  const {generation} = pod.metadata ?? {}
  return {
    ...condition,
    lastTransitionTime: before?.status === condition.status ? before.lastTransitionTime : now,
    ...(generation ? {observedGeneration: generation} : {}),
  }
}

export interface StatusChange {
  readonly condition: Condition
  /** Absent: stays as it is. */
  readonly nominatedNodeName?: string | undefined
}

/** Writes only what is not there yet. */
export const writeStatus = async (
  client: ApiClient,
  {pod}: PodInfo,
  {condition, nominatedNodeName}: StatusChange,
  {nowMs, signal}: {nowMs: number; signal: AbortSignal},
): Promise<void> => {
  const nominates = nominatedNodeName !== undefined && (pod.status?.nominatedNodeName ?? '') !== nominatedNodeName
  const isSaid = says(pod, condition)
  if (isSaid && !nominates) return
  const now = `${new Date(nowMs).toISOString().slice(0, 19)}Z`
  const status = {
    ...(isSaid ? {} : {conditions: [patchOf(pod, condition, now)]}),
    ...(nominates ? {nominatedNodeName: nominatedNodeName === '' ? null : nominatedNodeName} : {}),
  }
  const body = {metadata: {uid: pod.metadata.uid}, status}
  const {namespace, name} = pod.metadata
  await client.patch(pods, {namespace, name}, {type: 'strategic', body}, {subresource: 'status', signal})
}
