// The status of one container as Kubernetes reports it.

import {formatTime} from '../../api/meta/time.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {ContainerState, ContainerStatus} from '../../api/schema/types.gen.ts'
import type {ObservedContainer, PodContainer, PodEphemeral, Readiness} from '../pods/types.ts'

export interface Waiting {
  readonly reason: string
  readonly message?: string | undefined
}

export interface ContainerScene {
  readonly container: PodContainer | PodEphemeral
  /** Newest first: all runs of this container. */
  readonly runs: readonly ObservedContainer[]
  /** Why it is not running, where somebody knows. */
  readonly waiting: Waiting | undefined
  /** What it waits for when nobody knows. */
  readonly defaultReason: 'ContainerCreating' | 'PodInitializing'
  readonly readiness: Readiness
  /** What it has while what it was promised is still on its way. */
  readonly given?: DeepReadonly<ContainerStatus>['resources'] | undefined
  /** Whether the runtime makes mounts inside mounts read-only too. */
  readonly canRecurse?: boolean | undefined
  readonly runtimeName: string
  /** Said by the container itself, by id. */
  terminationMessage(run: ObservedContainer): string
}

export const terminatedState = (
  run: ObservedContainer,
  {runtimeName, terminationMessage}: ContainerScene,
): ContainerState => {
  const message = terminationMessage(run) || run.message
  return {
    terminated: {
      containerID: `${runtimeName}://${run.id}`,
      exitCode: run.exitCode,
      finishedAt: formatTime(run.finishedAtMs),
      reason: run.reason,
      startedAt: formatTime(run.startedAtMs),
      ...(message ? {message} : {}),
    },
  }
}

const waitingState = (waiting: Waiting): ContainerState => ({
  waiting: {reason: waiting.reason, ...(waiting.message ? {message: waiting.message} : {})},
})

const isRecursive = (asked: string | undefined, canRecurse: boolean): boolean =>
  asked === 'Enabled' || (asked === 'IfPossible' && canRecurse)

const mountStatuses = (
  {volumeMounts = []}: PodContainer | PodEphemeral,
  canRecurse: boolean,
): Pick<ContainerStatus, 'volumeMounts'> =>
  volumeMounts.length === 0
    ? {}
    : {
        volumeMounts: volumeMounts.map(({mountPath, name, readOnly, recursiveReadOnly}) => ({
          mountPath,
          name,
          ...(readOnly
            ? {readOnly, recursiveReadOnly: isRecursive(recursiveReadOnly, canRecurse) ? 'Enabled' : 'Disabled'}
            : {}),
        })),
      }

const resourceStatuses = (
  {resources}: PodContainer,
  given: ContainerScene['given'],
): Pick<ContainerStatus, 'resources' | 'allocatedResources'> => {
  const {limits, requests} = given ?? resources ?? {}
  return {
    ...(resources?.requests ? {allocatedResources: {...resources.requests}} : {}),
    resources: {...(limits ? {limits: {...limits}} : {}), ...(requests ? {requests: {...requests}} : {})},
  }
}

const userStatus = ({user}: ObservedContainer): Pick<ContainerStatus, 'user'> =>
  user ? {user: {linux: {gid: user.gid, supplementalGroups: [...user.groups], uid: user.uid}}} : {}

const stateOf = (scene: ContainerScene, latest: ObservedContainer | undefined): ContainerState => {
  const {defaultReason, waiting} = scene
  if (latest?.state === 'running') return {running: {startedAt: formatTime(latest.startedAtMs)}}
  if (waiting) return waitingState(waiting)
  if (latest?.state === 'exited') return terminatedState(latest, scene)
  return waitingState({reason: defaultReason})
}

export const containerStatus = (scene: ContainerScene): ContainerStatus => {
  const {container, readiness, runs, runtimeName} = scene
  const [latest, previous] = runs
  const state = stateOf(scene, latest)
  const running = state.running !== undefined
  const last = state.waiting ? latest : previous
  return {
    name: container.name,
    image: latest?.image || container.image || '',
    imageID: latest?.imageId ?? '',
    restartCount: latest?.restartCount ?? 0,
    ready: running && readiness.ready,
    started: running && readiness.started,
    state,
    lastState: last?.state === 'exited' ? terminatedState(last, scene) : {},
    ...(latest ? {containerID: `${runtimeName}://${latest.id}`} : {}),
    ...(latest ? {...resourceStatuses(container as PodContainer, scene.given), ...userStatus(latest)} : {}),
    ...mountStatuses(container, scene.canRecurse ?? false),
  }
}
