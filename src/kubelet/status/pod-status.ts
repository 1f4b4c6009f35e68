// A pod's whole status: a pure function of what is wanted, what is there, and what is known of why not.
import {formatTime} from '../../api/meta/time.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {ContainerStatus, PodStatus} from '../../api/schema/types.gen.ts'
import {qosOf} from '../containers/resources.ts'
import {
  containersOf,
  ephemeralContainersOf,
  initContainersOf,
  isSidecar,
  type ObservedContainer,
  type ObservedPod,
  type PodContainer,
  type PodEphemeral,
  type Readiness,
  type ThePod,
} from '../pods/types.ts'
import {podConditions, type ResizeProgress} from './conditions.ts'
import {containerStatus, type Waiting} from './container-status.ts'
import {initStanding, type Phase, phaseOf} from './phase.ts'

export interface Verdict {
  readonly reason: string
  readonly message: string
  /** How long its containers get; absent: as long as the pod says. */
  readonly graceSeconds?: number
  /** The node never took it. */
  readonly rejected?: boolean
  /** Why it was not the pod's own doing: its DisruptionTarget condition. */
  readonly disruption?: {readonly reason: string; readonly message: string}
}

export interface StatusInput {
  readonly pod: ThePod
  readonly observed: ObservedPod
  /** The last one written, or the API's. */
  readonly before: DeepReadonly<PodStatus>
  readonly waiting: ReadonlyMap<string, Waiting>
  /** The pod was ended by the kubelet: evicted, or out of time. */
  readonly failed: Verdict | undefined
  /** The pod is over: everything in it has ended. */
  readonly ended: boolean
  readonly resize?: ResizeProgress | undefined
  /** Whether a running container has the resources that its pod was promised. */
  hasPromised?(container: string): boolean
  readonly nowMs: number
  readonly startedAtMs: number
  readonly hostIps: readonly string[]
  readonly canRecurse?: boolean
  readonly runtimeName: string
  readiness(containerId: string): Readiness
  terminationMessage(run: ObservedContainer): string
}

const notRunning: Readiness = {started: false, ready: false}

const runsOf = ({containers}: ObservedPod, name: string): ObservedContainer[] =>
  containers.filter((container) => container.name === name)

const resourcesBefore = ({before}: StatusInput, name: string): DeepReadonly<ContainerStatus>['resources'] =>
  [...(before.containerStatuses ?? []), ...(before.initContainerStatuses ?? [])].find((status) => status.name === name)
    ?.resources ?? {}

type Kind = 'init' | 'main' | 'ephemeral'

const readinessOf = (input: StatusInput, latest: ObservedContainer | undefined): Readiness =>
  latest?.state === 'running' ? input.readiness(latest.id) : notRunning

const statusOf = (
  input: StatusInput,
  container: PodContainer | PodEphemeral,
  kind: Kind,
  defaultReason: 'ContainerCreating' | 'PodInitializing',
): ContainerStatus => {
  const runs = runsOf(input.observed, container.name)
  const [latest] = runs
  const status = containerStatus({
    container,
    runs,
    waiting: input.ended ? undefined : input.waiting.get(container.name),
    defaultReason,
    readiness: readinessOf(input, latest),
    given: (input.hasPromised?.(container.name) ?? true) ? undefined : resourcesBefore(input, container.name),
    canRecurse: input.canRecurse,
    runtimeName: input.runtimeName,
    terminationMessage: input.terminationMessage,
  })
  if (kind === 'ephemeral') {
    // Nobody waits for its start.
    const {started: _, ...rest} = status
    return {...rest, ready: false}
  }
  // An init container is ready when it is done.
  const isInit = kind === 'init' && !isSidecar(container as PodContainer)
  return isInit ? {...status, ready: status.state?.terminated?.exitCode === 0} : status
}

const addresses = ({hostIps, observed, pod}: StatusInput): Partial<PodStatus> => {
  const [sandbox] = observed.sandboxes
  const ips = (pod.spec?.hostNetwork && sandbox ? hostIps : sandbox?.ips) ?? []
  return {
    hostIP: hostIps[0],
    hostIPs: hostIps.map((ip) => ({ip})),
    ...(ips.length > 0 ? {podIP: ips[0], podIPs: ips.map((ip) => ({ip}))} : {}),
  }
}

/** As clients expect them; those of init containers come in the order of their runs. */
const byName = (statuses: readonly ContainerStatus[]): ContainerStatus[] =>
  [...statuses].sort((a, b) => (a.name < b.name ? -1 : 1))

/** Of a pod that says what it needs as a whole. */
const podLevelResources = ({pod: {spec}}: StatusInput): Pick<PodStatus, 'allocatedResources' | 'resources'> => {
  const {limits, requests} = spec?.resources ?? {}
  if (!limits && !requests) return {}
  return {
    ...(requests ? {allocatedResources: {...requests}} : {}),
    resources: {...(limits ? {limits: {...limits}} : {}), ...(requests ? {requests: {...requests}} : {})},
  }
}

const rejectedStatus = ({before, nowMs, pod}: StatusInput, {message, reason}: Verdict): PodStatus => ({
  phase: 'Failed',
  reason,
  message,
  qosClass: before.qosClass ?? qosOf(pod),
  startTime: before.startTime ?? formatTime(nowMs),
  conditions: (before.conditions ?? []).map((condition) => ({...condition})),
  ...(pod.metadata.generation ? {observedGeneration: pod.metadata.generation} : {}),
})

export const podStatus = (input: StatusInput): PodStatus => {
  if (input.failed?.rejected) return rejectedStatus(input, input.failed)
  const {before, ended, failed, nowMs, observed, pod, startedAtMs} = input
  const initContainers = initContainersOf(pod)
  const firstReason = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating'
  const init = initContainers.map((container) => statusOf(input, container, 'init', 'PodInitializing'))
  const initDone = initStanding(pod, init) === 'done'
  const reason = initDone ? 'ContainerCreating' : firstReason
  const containers = containersOf(pod).map((container) =>
    statusOf(input, container, 'main', initContainers.length > 0 ? 'PodInitializing' : reason),
  )
  const ephemeral = ephemeralContainersOf(pod).map((container) =>
    statusOf(input, container, 'ephemeral', 'ContainerCreating'),
  )
  const phase = failed
    ? 'Failed'
    : ended && pod.metadata.deletionTimestamp
      ? endPhase(phaseOf(pod, init, containers), containers)
      : phaseOf(pod, init, containers)
  const hasSandbox = observed.sandboxes[0]?.ready ?? false
  const {generation} = pod.metadata
  const keptIp =
    !observed.sandboxes[0]?.ips.length && before.podIP
      ? {podIP: before.podIP, podIPs: before.podIPs?.map((ip) => ({...ip}))}
      : {}
  return {
    phase,
    conditions: podConditions({
      pod,
      phase,
      init,
      containers,
      hasSandbox,
      before: before.conditions ?? [],
      nowMs,
      disruption: failed?.disruption,
      resize: input.resize,
    }),
    ...addresses(input),
    ...(keptIp as Partial<PodStatus>),
    startTime: before.startTime ?? formatTime(startedAtMs),
    qosClass: before.qosClass ?? qosOf(pod),
    ...podLevelResources(input),
    containerStatuses: byName(containers),
    ...(init.length > 0 ? {initContainerStatuses: init} : {}),
    ...(ephemeral.length > 0 ? {ephemeralContainerStatuses: byName(ephemeral)} : {}),
    ...(failed ? {reason: failed.reason, message: failed.message} : {}),
    ...(generation ? {observedGeneration: generation} : {}),
  }
}

/** A pod that was asked to end has ended well if all its containers did. */
const endPhase = (phase: Phase, containers: readonly ContainerStatus[]): Phase => {
  if (phase === 'Succeeded' || phase === 'Failed') return phase
  const exits = containers.map(({lastState, state}) => (state?.terminated ?? lastState?.terminated)?.exitCode)
  return exits.every((code) => code === 0) ? 'Succeeded' : 'Failed'
}
