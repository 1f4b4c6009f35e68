// The status of one simulated container at a point in time.
import {createHash} from 'node:crypto'
import type {DeepReadonly} from '../api/object.ts'
import type {Container, ContainerState, ContainerStatus} from '../api/schema/types.gen.ts'
import {backoffMs} from '../lib/backoff.ts'
import type {Behaviour} from './behaviour.ts'
import {type Fate, fateOf, tagOf} from './fate.ts'

export const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const hex = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface ContainerMoment {
  readonly status: ContainerStatus
  /** What the pod's phase and readiness are made of. */
  readonly outcome: 'pulling' | 'starting' | 'ready' | 'unready' | {readonly exitCode: number}
  /** When to look again; absent: nothing will change by itself. */
  readonly nextAtMs?: number | undefined
}

export interface ContainerScene {
  readonly container: DeepReadonly<Container>
  readonly uid: string
  readonly policy: string
  readonly behaviour: Behaviour
  readonly chance: number
  readonly startedAtMs: number
  readonly nowMs: number
}

const RESTART_BACKOFF = {firstMs: 10_000, maxMs: 300_000}
/** Timers are a little early at times. */
const EARLY_MS = 50

const identity = ({container, uid}: ContainerScene): Omit<ContainerStatus, 'ready'> => {
  const image = container.image ?? ''
  return {
    name: container.name,
    image,
    imageID: `${image.split(':')[0]}@sha256:${hex(image)}`,
    containerID: `containerd://${hex(uid + container.name)}`,
    restartCount: 0,
  }
}

const terminated = (exitCode: number, startMs: number, endMs: number, containerID = ''): ContainerState => ({
  terminated: {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: timestamp(startMs),
    finishedAt: timestamp(endMs),
    containerID,
  },
})

export const waitingContainer = (scene: ContainerScene, reason: string, message?: string): ContainerStatus => ({
  ...identity(scene),
  imageID: '',
  containerID: '',
  ready: false,
  started: false,
  state: {waiting: {reason, ...(message === undefined ? {} : {message})}},
})

export const endedContainer = (scene: ContainerScene, exitCode: number, endMs = scene.startedAtMs): ContainerStatus => {
  const status = identity(scene)
  const state = terminated(exitCode, scene.startedAtMs, endMs, status.containerID)
  return {...status, ready: false, started: false, state}
}

export const runningContainer = (scene: ContainerScene, startMs = scene.startedAtMs): ContainerStatus => ({
  ...identity(scene),
  ready: true,
  started: true,
  state: {running: {startedAt: timestamp(startMs)}},
})

interface Run {
  readonly restarts: number
  readonly startMs: number
  /** Absent while this run is still going. */
  readonly crashedAtMs?: number
  readonly endsMs: number
}

/** Which of its many runs a container that keeps ending is in. */
const runAt = (scene: ContainerScene, fate: Fate): Run => {
  let startMs = scene.startedAtMs
  for (let restarts = 0; ; restarts++) {
    const crashedAtMs = startMs + fate.afterMs
    if (scene.nowMs + EARLY_MS < crashedAtMs) return {restarts, startMs, endsMs: crashedAtMs}
    const nextMs = crashedAtMs + backoffMs(restarts + 1, RESTART_BACKOFF)
    if (scene.nowMs + EARLY_MS < nextMs) return {restarts, startMs, crashedAtMs, endsMs: nextMs}
    startMs = nextMs
  }
}

const crashed = (scene: ContainerScene, exitCode: number, run: Run): ContainerStatus => {
  const status = identity(scene)
  return {
    ...status,
    ready: false,
    started: false,
    restartCount: Math.max(run.restarts, 1),
    lastState: terminated(exitCode, run.startMs, run.crashedAtMs ?? run.startMs, status.containerID),
    state: {waiting: {reason: 'CrashLoopBackOff', message: 'back-off restarting failed container'}},
  }
}

/** With the annotation the loop goes on for as long as the pod lives; a command that ends is shown crashed, once. */
const looping = (scene: ContainerScene, fate: Fate): ContainerMoment => {
  const run = runAt(scene, fate)
  if (run.crashedAtMs !== undefined)
    return {status: crashed(scene, fate.exitCode, run), outcome: 'unready', nextAtMs: run.endsMs}
  const status = {...runningContainer(scene, run.startMs), restartCount: run.restarts}
  return {status, outcome: 'ready', nextAtMs: run.endsMs}
}

const running = (scene: ContainerScene): ContainerMoment => {
  const {container, behaviour, startedAtMs, nowMs} = scene
  const readyAtMs = startedAtMs + behaviour.readyDelayMs
  const never = behaviour.unready || tagOf(container.image ?? '') === 'unready'
  const ready = !never && nowMs + EARLY_MS >= readyAtMs
  return {
    status: {...runningContainer(scene), ready},
    outcome: ready ? 'ready' : 'unready',
    nextAtMs: never || ready ? undefined : readyAtMs,
  }
}

export const containerMoment = (scene: ContainerScene): ContainerMoment => {
  const {container, behaviour, policy, startedAtMs, nowMs} = scene
  const image = container.image ?? ''
  if (behaviour.pullError || tagOf(image) === 'broken')
    return {
      status: waitingContainer(scene, 'ImagePullBackOff', `Back-off pulling image "${image}"`),
      outcome: 'pulling',
    }
  if (startedAtMs > nowMs + EARLY_MS)
    return {status: waitingContainer(scene, 'ContainerCreating'), outcome: 'starting', nextAtMs: startedAtMs}
  const fate = fateOf(container, behaviour, scene.chance)
  if (fate === undefined) return running(scene)
  const endsMs = startedAtMs + fate.afterMs
  const stays = policy === 'Never' || (policy === 'OnFailure' && fate.exitCode === 0)
  if (!stays && behaviour.crashLoop) return looping(scene, fate)
  if (endsMs > nowMs + EARLY_MS) {
    const moment = running(scene)
    return {...moment, nextAtMs: Math.min(moment.nextAtMs ?? endsMs, endsMs)}
  }
  if (stays) return {status: endedContainer(scene, fate.exitCode, endsMs), outcome: {exitCode: fate.exitCode}}
  const run = {restarts: 1, startMs: startedAtMs, crashedAtMs: endsMs, endsMs}
  return {status: crashed(scene, fate.exitCode, run), outcome: 'unready'}
}
