// A pod's conditions as the kubelet reports them. Conditions of others stay as they are.
import {formatTime} from '../../api/meta/time.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {ContainerStatus, PodCondition} from '../../api/schema/types.gen.ts'
import {initContainersOf, isSidecar, type ThePod} from '../pods/types.ts'
import {initStanding, type Phase} from './phase.ts'

type Finding = {readonly status: 'True' | 'False'; readonly reason?: string; readonly message?: string}

/** Where a resize stands. */
export interface ResizeProgress {
  readonly pending: {readonly reason: string; readonly message: string} | undefined
  readonly inProgress: {readonly generation: number; readonly error: string | undefined} | undefined
}

export const resizeTypes = ['PodResizePending', 'PodResizeInProgress'] as const

export interface ConditionInput {
  readonly pod: ThePod
  readonly phase: Phase
  readonly init: readonly ContainerStatus[]
  readonly containers: readonly ContainerStatus[]
  readonly hasSandbox: boolean
  readonly before: DeepReadonly<PodCondition[]>
  readonly nowMs: number
  readonly resize?: ResizeProgress | undefined
  readonly disruption?: {readonly reason: string; readonly message: string} | undefined
}

const yes: Finding = {status: 'True'}

const initialized = ({init, phase, pod}: ConditionInput): Finding => {
  if (phase === 'Succeeded') return {status: 'True', reason: 'PodCompleted'}
  if (initStanding(pod, init) === 'done' || phase === 'Running') return yes
  const byName = new Map(init.map((status) => [status.name, status]))
  const waiting = initContainersOf(pod)
    .filter((container) => {
      const status = byName.get(container.name)
      return isSidecar(container) ? !status?.started : status?.state?.terminated?.exitCode !== 0
    })
    .map(({name}) => name)
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${waiting.join(' ')}]`,
  }
}

const unreadyNames = ({containers, init, pod}: ConditionInput): string[] => {
  const sidecars = new Set(
    initContainersOf(pod)
      .filter(isSidecar)
      .map(({name}) => name),
  )
  return [...init.filter(({name}) => sidecars.has(name)), ...containers]
    .filter(({ready}) => !ready)
    .map(({name}) => name)
}

const containersReady = (input: ConditionInput): Finding => {
  if (input.phase === 'Succeeded') return {status: 'False', reason: 'PodCompleted'}
  if (input.phase === 'Failed') return {status: 'False', reason: 'PodFailed'}
  const unready = unreadyNames(input)
  if (unready.length === 0 && input.containers.length > 0) return yes
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  }
}

const ready = (input: ConditionInput, inside: Finding): Finding => {
  if (inside.status === 'False') return inside
  const closed = (input.pod.spec?.readinessGates ?? []).flatMap(({conditionType}) => {
    const gate = input.before.find(({type}) => type === conditionType)
    if (gate?.status === 'True') return []
    return gate
      ? [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`]
      : [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
  })
  return closed.length === 0 ? yes : {status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', ')}
}

const resizeFindings = ({resize}: ConditionInput): readonly (readonly [string, Finding])[] => {
  const {inProgress, pending} = resize ?? {}
  const error = inProgress?.error
  return [
    ...(pending ? ([['PodResizePending', {status: 'True', ...pending}]] as const) : []),
    ...(inProgress
      ? ([['PodResizeInProgress', {status: 'True', ...(error ? {reason: 'Error', message: error} : {})}]] as const)
      : []),
  ]
}

export const podConditions = (input: ConditionInput): PodCondition[] => {
  const {before, hasSandbox, nowMs, pod} = input
  const inside = containersReady(input)
  const findings: readonly (readonly [string, Finding])[] = [
    ['PodReadyToStartContainers', {status: hasSandbox ? 'True' : 'False'}],
    ['Initialized', initialized(input)],
    ['Ready', ready(input, inside)],
    ['ContainersReady', inside],
    ['PodScheduled', yes],
    ...resizeFindings(input),
    ...(input.disruption ? ([['DisruptionTarget', {status: 'True', ...input.disruption}]] as const) : []),
  ]
  const own = new Set<string>([...findings.map(([type]) => type), ...resizeTypes])
  const {generation} = pod.metadata
  const made = findings.map(([type, {message, reason, status}]): PodCondition => {
    const old = before.find((condition) => condition.type === type)
    return {
      type,
      status,
      lastTransitionTime: old?.status === status && old.lastTransitionTime ? old.lastTransitionTime : formatTime(nowMs),
      ...(reason ? {reason} : {}),
      ...(message ? {message} : {}),
      ...(generation ? {observedGeneration: generation} : {}),
    }
  })
  return [...made, ...before.filter(({type}) => !own.has(type)).map((condition) => ({...condition}))]
}
