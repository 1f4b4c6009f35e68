// Carries out a preemption: every victim is told why, deleted with its own grace period, and recorded.
import {unlessReason} from '../api/errors.ts'
import {pods} from '../api/resources.ts'
import type {SchedulerOptions} from './options.ts'
import type {PodInfo} from './pod-info.ts'
import {writeStatus} from './status.ts'

export const evictVictims = async (
  pod: PodInfo,
  {victims, nodeName}: {victims: readonly PodInfo[]; nodeName: string},
  {client, clock, events, signal}: SchedulerOptions,
): Promise<void> => {
  const message = `${pod.pod.spec?.schedulerName}: preempting to accommodate a higher priority pod`
  const condition = {type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message}
  const evict = async (victim: PodInfo): Promise<void> => {
    if (victim.pod.metadata.deletionTimestamp) return
    const {namespace, name} = victim.pod.metadata
    await writeStatus(client, victim, {condition}, {nowMs: clock.now(), signal}).catch(unlessReason('NotFound'))
    await client
      .delete(pods, {namespace, name}, {preconditions: {uid: victim.uid}, signal})
      .catch(unlessReason('NotFound', 'Conflict'))
    events.record(victim.pod, 'Normal', 'Preempted', `Preempted by pod ${pod.uid} on node ${nodeName}`)
  }
  await Promise.all(victims.map(evict))
}
