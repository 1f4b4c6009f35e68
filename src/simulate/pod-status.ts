// The status of a simulated pod at a point in time: a pure function of the pod, of what was drawn for it and of now.

import type {DeepReadonly} from '../api/object.ts'
import type {Container, ContainerStatus, Pod, PodCondition, PodStatus} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'
import type {Behaviour} from './behaviour.ts'
import {
  type ContainerMoment,
  type ContainerScene,
  containerMoment,
  endedContainer,
  runningContainer,
  timestamp,
  waitingContainer,
} from './container-status.ts'

/** What is decided once for a pod and then stays. */
export interface PodLot {
  readonly acceptedAtMs: number
  /** When its containers start: accepted + delay + jitter. */
  readonly startedAtMs: number
  readonly chance: number
  readonly podIPs: readonly string[]
  readonly hostIP: string
  readonly behaviour: Behaviour
}

export interface PodMoment {
  readonly status: PodStatus
  readonly nextAtMs: number | undefined
}

interface Standing {
  readonly phase: string
  readonly done: boolean
  readonly ready: boolean
  readonly started: boolean
  readonly notReady: readonly string[]
}

const initStatus = (scene: ContainerScene): ContainerStatus => {
  if (scene.startedAtMs > scene.nowMs + 50) return waitingContainer(scene, 'PodInitializing')
  if (scene.container.restartPolicy === 'Always') return runningContainer(scene)
  return {...endedContainer(scene, 0), ready: true}
}

const standingOf = (moments: readonly ContainerMoment[]): Standing => {
  const outcomes = moments.map(({outcome}) => outcome)
  const done = outcomes.every((outcome) => typeof outcome === 'object')
  const failed = outcomes.some((outcome) => typeof outcome === 'object' && outcome.exitCode !== 0)
  const pending = outcomes.some((outcome) => outcome === 'pulling' || outcome === 'starting')
  return {
    phase: done ? (failed ? 'Failed' : 'Succeeded') : pending ? 'Pending' : 'Running',
    done,
    ready: outcomes.every((outcome) => outcome === 'ready'),
    started: !outcomes.includes('starting'),
    notReady: moments.filter(({status}) => !status.ready).map(({status}) => status.name),
  }
}

const gatesOpen = (pod: Cached<Pod>, old: ReadonlyMap<string, DeepReadonly<PodCondition>>): boolean =>
  (pod.spec?.readinessGates ?? []).every(({conditionType}) => old.get(conditionType)?.status === 'True')

const explain = (type: string, ok: boolean, standing: Standing, gated: boolean): Partial<PodCondition> => {
  if (type === 'Ready' && ok && gated)
    return {
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate does not exist.',
    }
  if (standing.phase === 'Succeeded' && ['Initialized', 'Ready', 'ContainersReady'].includes(type))
    return {reason: 'PodCompleted'}
  if (ok || (type !== 'Ready' && type !== 'ContainersReady')) return {}
  if (standing.done) return {reason: 'PodFailed'}
  const message = `containers with unready status: [${standing.notReady.join(' ')}]`
  return {reason: 'ContainersNotReady', message}
}

const conditionsOf = (pod: Cached<Pod>, standing: Standing, lot: PodLot, nowMs: number): PodCondition[] => {
  const old = new Map((pod.status?.conditions ?? []).map((condition) => [condition.type, condition]))
  const gated = !gatesOpen(pod, old)
  const {generation} = pod.metadata
  const holds: readonly (readonly [string, boolean])[] = [
    ['PodReadyToStartContainers', standing.started && !standing.done],
    ['Initialized', standing.started || !pod.spec?.initContainers?.length],
    ['Ready', standing.ready],
    ['ContainersReady', standing.ready],
    ['PodScheduled', true],
  ]
  const since = timestamp(old.size > 1 ? nowMs : lot.acceptedAtMs)
  const conditions = holds.map(([type, ok]): PodCondition => {
    const explained = explain(type, ok, standing, gated)
    const status = explained.status ?? (ok ? 'True' : 'False')
    const before = old.get(type)
    old.delete(type)
    return {
      type,
      status,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : since,
      ...(explained.reason === undefined ? {} : {reason: explained.reason}),
      ...(explained.message === undefined ? {} : {message: explained.message}),
      ...(generation ? {observedGeneration: generation} : {}),
    }
  })
  return [...conditions, ...old.values()]
}

const addressesOf = (pod: Cached<Pod>, {hostIP, podIPs}: PodLot): PodStatus => {
  const ips = pod.spec?.hostNetwork ? [hostIP] : podIPs
  return {hostIP, hostIPs: [{ip: hostIP}], podIP: ips[0] ?? '', podIPs: ips.map((ip) => ({ip}))}
}

const earliest = (moments: readonly ContainerMoment[]): number | undefined => {
  const times = moments.flatMap(({nextAtMs}) => (nextAtMs === undefined ? [] : [nextAtMs]))
  return times.length === 0 ? undefined : Math.min(...times)
}

export const podMoment = (pod: Cached<Pod>, lot: PodLot, nowMs: number): PodMoment => {
  const scene = (container: DeepReadonly<Container>): ContainerScene => ({
    container,
    uid: pod.metadata.uid,
    policy: pod.spec?.restartPolicy ?? 'Always',
    behaviour: lot.behaviour,
    chance: lot.chance,
    startedAtMs: lot.startedAtMs,
    nowMs,
  })
  const inits = (pod.spec?.initContainers ?? []).map((container) => initStatus(scene(container)))
  const moments = (pod.spec?.containers ?? []).map((container) => containerMoment(scene(container)))
  const standing = standingOf(moments)
  const {generation} = pod.metadata
  return {
    status: {
      phase: standing.phase,
      conditions: conditionsOf(pod, standing, lot, nowMs),
      ...addressesOf(pod, lot),
      startTime: timestamp(lot.acceptedAtMs),
      containerStatuses: moments.map(({status}) => status),
      ...(inits.length > 0 ? {initContainerStatuses: inits} : {}),
      ...(generation ? {observedGeneration: generation} : {}),
    },
    nextAtMs: earliest(moments),
  }
}
