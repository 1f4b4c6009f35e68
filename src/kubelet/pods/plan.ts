// What to do next for a pod: pure, from what is wanted and what is there. The runner (act.ts) carries it out, and asks
// again afterwards. Stages: 1. should it run at all  2. its sandbox  3. init containers, one after another, sidecars
// staying  4. ephemeral containers  5. containers.
import {containerHash} from './hash.ts'
import {restartDelay, shouldRestart, startedOver} from './restart.ts'
import {
  containersOf,
  ephemeralContainersOf,
  initContainersOf,
  isSidecar,
  latestOf,
  type ObservedContainer,
  type ObservedPod,
  type PodContainer,
  type PodEphemeral,
  type Readiness,
  type ThePod,
} from './types.ts'

export type ContainerKind = 'init' | 'sidecar' | 'main' | 'ephemeral'

export interface StartStep {
  readonly kind: ContainerKind
  readonly container: PodContainer | PodEphemeral
  readonly restartCount: number
}

export interface KillStep {
  readonly container: ObservedContainer
  readonly reason: string
  readonly message: string
}

export interface BackOff {
  readonly name: string
  readonly delayMs: number
}

export interface PodPlan {
  /** Everything that runs ends, the sandbox with it. */
  readonly killPod: boolean
  readonly createSandbox: boolean
  readonly sandboxAttempt: number
  readonly kill: readonly KillStep[]
  readonly start: readonly StartStep[]
  readonly backOff: readonly BackOff[]
  /** Look again then, whatever happens. */
  readonly wakeAtMs: number | undefined
}

export interface PlanInput {
  readonly pod: ThePod
  readonly observed: ObservedPod
  readonly nowMs: number
  /** Of running containers, as probes have it. */
  readiness(containerId: string): Readiness
  /** How often this kubelet has started a container again, by its name. */
  readonly restarts: ReadonlyMap<string, number>
  /** Between two runs of a container that fails; absent: Kubernetes' five minutes. */
  readonly longestBackOffMs?: number | undefined
  /** Containers whose liveness or startup probe gave up. */
  readonly unhealthy: ReadonlyMap<string, string>
}

const nothing: PodPlan = {
  killPod: false,
  createSandbox: false,
  sandboxAttempt: 0,
  kill: [],
  start: [],
  backOff: [],
  wakeAtMs: undefined,
}

/** Where one container stands. */
type Verdict =
  | {readonly is: 'running'; readonly container: ObservedContainer}
  | {readonly is: 'done' | 'failed'; readonly container: ObservedContainer}
  | {readonly is: 'start'; readonly restartCount: number}
  | {readonly is: 'wait'; readonly delayMs: number; readonly atMs: number}

const judge = (input: PlanInput, container: PodContainer, isInit: boolean): Verdict => {
  const {observed, nowMs, pod} = input
  const latest = latestOf(observed, container.name)
  if (!latest) return {is: 'start', restartCount: 0}
  if (latest.state === 'running') return {is: 'running', container: latest}
  if (latest.state !== 'exited') return {is: 'start', restartCount: latest.restartCount + 1}
  if (!shouldRestart(pod, container, latest, isInit && !isSidecar(container)))
    return {is: latest.exitCode === 0 ? 'done' : 'failed', container: latest}
  const {atMs, delayMs} = restartDelay(latest, input.restarts.get(container.name) ?? 0, input.longestBackOffMs)
  if (atMs > nowMs) return {is: 'wait', delayMs, atMs}
  return {is: 'start', restartCount: latest.restartCount + 1}
}

/** After a new sandbox init containers run again: only containers of the current sandbox count for them. */
const inSandbox = ({observed, ...rest}: PlanInput, sandboxId: string): PlanInput => ({
  ...rest,
  observed: {...observed, containers: observed.containers.filter((container) => container.sandboxId === sandboxId)},
})

class Steps {
  readonly kill: KillStep[] = []
  readonly start: StartStep[] = []
  readonly backOff: BackOff[] = []
  wakeAtMs: number | undefined

  add(kind: ContainerKind, container: PodContainer, verdict: Verdict): void {
    if (verdict.is === 'start') this.start.push({kind, container, restartCount: verdict.restartCount})
    if (verdict.is === 'wait') {
      this.backOff.push({name: container.name, delayMs: verdict.delayMs})
      this.wakeAtMs = Math.min(this.wakeAtMs ?? verdict.atMs, verdict.atMs)
    }
  }
  plan(rest: Partial<PodPlan> = {}): PodPlan {
    return {...nothing, kill: this.kill, start: this.start, backOff: this.backOff, wakeAtMs: this.wakeAtMs, ...rest}
  }
}

/** Restart counts go on across sandboxes. */
const countOf = (input: PlanInput, container: PodContainer, verdict: Verdict): Verdict => {
  if (verdict.is !== 'start') return verdict
  const latest = latestOf(input.observed, container.name)
  return latest ? {is: 'start', restartCount: latest.restartCount + 1} : verdict
}

/** Adds what init containers need; true when the pod's containers may run. */
const planInit = (
  input: PlanInput,
  history: PlanInput,
  current: PlanInput,
  steps: Steps,
): 'ready' | 'initializing' | 'failed' => {
  for (const container of initContainersOf(input.pod)) {
    const verdict = countOf(history, container, judge(current, container, true))
    if (isSidecar(container)) {
      steps.add('sidecar', container, verdict)
      if (verdict.is === 'running') {
        if (!input.readiness(verdict.container.id).started) return 'initializing'
        continue
      }
      return 'initializing'
    }
    if (verdict.is === 'done') continue
    if (verdict.is === 'failed') return 'failed'
    steps.add('init', container, verdict)
    return 'initializing'
  }
  return 'ready'
}

/** Once containers have started, init containers that are done are not looked at again; sidecars are kept up. */
const keepSidecars = (input: PlanInput, history: PlanInput, current: PlanInput, steps: Steps): void => {
  for (const container of initContainersOf(input.pod).filter(isSidecar))
    steps.add('sidecar', container, countOf(history, container, judge(current, container, true)))
}

const planEphemeral = ({observed, pod}: PlanInput, steps: Steps): void => {
  for (const container of ephemeralContainersOf(pod))
    if (!latestOf(observed, container.name)) steps.start.push({kind: 'ephemeral', container, restartCount: 0})
}

const planUnhealthy = (input: PlanInput, steps: Steps): void => {
  const all = [...containersOf(input.pod), ...initContainersOf(input.pod).filter(isSidecar)]
  for (const container of all) {
    const latest = latestOf(input.observed, container.name)
    if (latest?.state !== 'running') continue
    const why = input.unhealthy.get(latest.id)
    const changed = latest.hash !== '' && latest.hash !== containerHash(container)
    if (why)
      steps.kill.push({
        container: latest,
        reason: 'Unhealthy',
        message: `Container ${container.name} failed ${why} probe, will be restarted`,
      })
    else if (changed)
      steps.kill.push({
        container: latest,
        reason: 'Changed',
        message: `Container ${container.name} definition changed, will be restarted`,
      })
  }
}

const allDone = (input: PlanInput): boolean =>
  containersOf(input.pod).every((container) => ['done', 'failed'].includes(judge(input, container, false).is))

const anyInitFailed = (input: PlanInput): boolean =>
  initContainersOf(input.pod)
    .filter((container) => !isSidecar(container))
    .some((container) => judge(input, container, true).is === 'failed')

/** Nothing will ever start again: what still runs (sidecars) ends. */
export const isOver = (input: PlanInput): boolean => allDone(input) || anyInitFailed(input)

const runsAnything = ({observed}: PlanInput): boolean =>
  observed.sandboxes.some(({ready}) => ready) || observed.containers.some(({state}) => state === 'running')

/** Ends what a rule has start over, and holds the pod back while its container is to wait. */
const planStartOver = (input: PlanInput, cause: ObservedContainer): PodPlan | undefined => {
  const past = input.observed.containers.filter(({createdAtMs}) => createdAtMs <= cause.finishedAtMs)
  const running = past.filter(({state}) => state === 'running')
  if (running.length > 0) {
    const message = 'Container NAME will be restarted with all others of its pod'
    const kill = running.map((container) => ({
      container,
      reason: 'RestartAllContainers',
      message: message.replace('NAME', container.name),
    }))
    return {...nothing, kill}
  }
  if (past.length < input.observed.containers.length) return undefined
  const {atMs, delayMs} = restartDelay(cause, input.restarts.get(cause.name) ?? 0, input.longestBackOffMs)
  return atMs > input.nowMs ? {...nothing, backOff: [{name: cause.name, delayMs}], wakeAtMs: atMs} : undefined
}

export const planPod = (whole: PlanInput): PodPlan => {
  const cause = startedOver(whole.pod, whole.observed)
  if (!cause) return planAsItIs(whole, whole)
  const containers = whole.observed.containers.filter(({createdAtMs}) => createdAtMs > cause.finishedAtMs)
  return planStartOver(whole, cause) ?? planAsItIs({...whole, observed: {...whole.observed, containers}}, whole)
}

/** `history`: with runs that no longer count but for their number. */
const planAsItIs = (input: PlanInput, history: PlanInput): PodPlan => {
  const {observed, pod} = input
  if (observed.containers.length > 0 && isOver(input)) return {...nothing, killPod: runsAnything(input)}
  const [sandbox] = observed.sandboxes
  const createSandbox = !sandbox?.ready
  const sandboxAttempt = sandbox ? sandbox.attempt + 1 : 0
  const current = inSandbox(input, sandbox?.ready ? sandbox.id : '')
  const steps = new Steps()
  const started = !createSandbox && containersOf(pod).some((container) => latestOf(current.observed, container.name))
  const initialized = started ? 'ready' : planInit(input, history, current, steps)
  if (started) keepSidecars(input, history, current, steps)
  if (initialized === 'ready') {
    planUnhealthy(input, steps)
    for (const container of containersOf(pod)) {
      const verdict = judge(current, container, false)
      if (createSandbox && ['done', 'failed'].includes(judge(input, container, false).is)) continue
      steps.add('main', container, countOf(history, container, verdict))
    }
  }
  planEphemeral(input, steps)
  // A sandbox is only worth making for something to start in it.
  if (createSandbox && steps.start.length === 0) return steps.plan()
  return steps.plan({createSandbox, sandboxAttempt})
}
