// One pod's life on this node: looks, plans, acts, reports, again and again, one thing at a time. Woken by changes of
// the pod, of its containers and of its probes.

import {hasReason} from '../../api/errors.ts'
import {pods} from '../../api/resources.ts'
import {backoffMs} from '../../lib/backoff.ts'
import type {Timer} from '../../lib/clock.ts'
import {durationMs} from '../config.ts'
import {ConfigError} from '../containers/env.ts'
import {cgroupParentOf} from '../containers/resources.ts'
import {terminationMessage} from '../containers/termination-message.ts'
import {containerEvent, fieldSources, type Kubelet, podEvent} from '../kubelet.ts'
import {removeLogs} from '../logs/rotate.ts'
import {canOwnUsers} from '../node/runtime-info.ts'
import {isOutOfRoom} from '../out-of-room.ts'
import {PodResizer} from '../resize/resizer.ts'
import type {Waiting} from '../status/container-status.ts'
import {podStatus, type Verdict} from '../status/pod-status.ts'
import {podPaths} from '../volumes/paths.ts'
import {VolumeError} from '../volumes/volumes.ts'
import {tellLacks} from './lacks.ts'
import {type PlanInput, type PodPlan, planPod} from './plan.ts'
import {ranLongEnough} from './restart.ts'
import {runtimeHandlerOf} from './runtime-handler.ts'
import {sandboxConfig} from './sandbox-config.ts'
import {startContainer} from './start-container.ts'
import {stopAll, stopContainer} from './stop-containers.ts'
import {
  containersOf,
  ephemeralContainersOf,
  initContainersOf,
  isSidecar,
  latestOf,
  nothingObserved,
  type ObservedContainer,
  type ObservedPod,
  type PodContainer,
  podTitle,
  type Readiness,
  type ThePod,
} from './types.ts'
import {userNamespace, wantsOwnUsers} from './user-namespace.ts'

const RETRY = {firstMs: 1000, maxMs: 60_000}
/** Somebody may have been evicted meanwhile. */
const RETRY_FOR_ROOM = {firstMs: 1000, maxMs: 4000}
const DEAD_CONTAINERS_KEPT = 1

const durationText = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}

export class PodWorker {
  readonly #kubelet: Kubelet
  readonly uid: string
  /** As the API has it. */
  #desired: ThePod
  /** With the resources it was promised. */
  #pod: ThePod
  readonly #resizer: PodResizer
  #observed: ObservedPod = nothingObserved
  readonly #waiting = new Map<string, Waiting>()
  readonly #restarts = new Map<string, number>()
  #failed: Verdict | undefined
  #removed = false
  #retired = false
  #halted = false
  #over = false
  #dirty = true
  #running: Promise<void> | undefined
  #failures = 0
  #wake: Timer | undefined
  readonly #startedAtMs: number
  readonly #done: (uid: string) => void
  #insist: ((graceSeconds: number) => void) | undefined

  constructor(kubelet: Kubelet, pod: ThePod, done: (uid: string) => void) {
    this.#kubelet = kubelet
    this.#desired = pod
    this.#pod = kubelet.allocations.view(pod)
    this.#resizer = new PodResizer(kubelet)
    this.uid = pod.metadata.uid
    this.#startedAtMs = kubelet.options.clock.now()
    this.#done = done
  }

  get pod(): ThePod {
    return this.#pod
  }
  get observed(): ObservedPod {
    return this.#observed
  }
  /** Not over, and not on its way there. */
  get isActive(): boolean {
    const phase = this.#pod.status?.phase
    return !this.#failed && !this.#over && phase !== 'Failed' && phase !== 'Succeeded'
  }
  /** For a resize. */
  get waitsForRoom(): boolean {
    return this.#resizer.waits
  }
  get podIp(): string {
    return this.podIps[0] ?? ''
  }
  get podIps(): readonly string[] {
    return this.#pod.spec?.hostNetwork ? this.#kubelet.options.nodeAddresses : (this.#observed.sandboxes[0]?.ips ?? [])
  }

  update(pod: ThePod): void {
    const sooner = this.#graceOf(pod) < this.#graceOf(this.#pod)
    this.#desired = pod
    this.#pod = this.#kubelet.allocations.view(pod)
    if (sooner) this.#insist?.(this.#graceOf(pod))
    this.kick()
  }
  /** The object is gone from the API: whatever runs ends. */
  remove(): void {
    this.#removed = true
    this.#insist?.(0)
    this.kick()
  }
  /** Nobody wants it any more, and no object in the API is to be deleted for it: a static pod's file is gone. */
  retire(): void {
    this.#retired = true
    this.kick()
  }
  /** Ends the pod for good, for a reason of the node's. */
  fail(verdict: Verdict): void {
    this.#failed ??= verdict
    this.kick()
  }
  /** The same, and settles when the API knows that it is over. */
  async failAndEnd(verdict: Verdict): Promise<void> {
    this.fail(verdict)
    this.#insist?.(verdict.graceSeconds ?? 0)
    while (this.#running) await this.#running
    await this.#kubelet.status.flushed(this.uid)
  }
  /** Its containers end and nothing is said of it: they start again with the node. */
  async halt(graceSeconds: number): Promise<void> {
    this.#halted = true
    this.#wake?.cancel()
    this.#insist?.(graceSeconds)
    await this.#running
    await this.#look()
    await this.#stopEverything(graceSeconds)
  }
  kick(): void {
    this.#dirty = true
    this.#running ??= this.#run()
  }
  /** Settles when it does nothing any more; containers go on running. */
  async stop(): Promise<void> {
    this.#wake?.cancel()
    await this.#running
  }

  async #run(): Promise<void> {
    const {clock, logger, signal} = this.#kubelet.options
    while (this.#dirty && !signal.aborted && !this.#over && !this.#halted) {
      this.#dirty = false
      try {
        await this.#sync()
        this.#failures = 0
      } catch (error) {
        if (signal.aborted) break
        this.#failures++
        logger.warn('pod not in order yet', {pod: podTitle(this.#pod), error})
        if (isOutOfRoom(error) && !(error instanceof VolumeError))
          podEvent(this.#kubelet, this.#pod, 'Warning', 'FailedSync', `error syncing pod: ${(error as Error).message}`)
        this.#wakeAt(clock.now() + backoffMs(this.#failures, isOutOfRoom(error) ? RETRY_FOR_ROOM : RETRY))
      }
    }
    this.#running = undefined
  }

  #wakeAt(atMs: number): void {
    const {clock} = this.#kubelet.options
    this.#wake?.cancel()
    this.#wake = clock.after(Math.max(0, atMs - clock.now()), () => this.kick())
  }

  async #look(): Promise<void> {
    this.#observed = await this.#kubelet.observer.observe(this.uid, this.#kubelet.options.signal)
  }

  async #sync(): Promise<void> {
    await this.#look()
    if (this.#removed || this.#retired || this.#pod.metadata.deletionTimestamp) return this.#terminate()
    const phase = this.#pod.status?.phase
    if (this.#failed || phase === 'Failed' || phase === 'Succeeded') return this.#wrapUp()
    if (this.#outOfTime()) return
    this.#kubelet.prober.follow(this.#pod, this.#observed, this.podIp)
    await this.#resize()
    this.#report()
    const plan = planPod(this.#planInput())
    this.#noteBackOffs(plan)
    if (plan.killPod) return this.#wrapUp()
    await this.#act(plan)
    if (plan.wakeAtMs !== undefined) this.#wakeAt(plan.wakeAtMs)
    await this.#forgetOldRuns()
  }

  async #resize(): Promise<void> {
    if (this.#resizer.decide(this.#desired)) {
      this.#pod = this.#kubelet.allocations.view(this.#desired)
      this.#report()
    }
    for (const {container, running} of await this.#resizer.act(this.#pod, this.#observed)) {
      this.#report()
      const message = `Container ${container.name} resize requires restart`
      const graceSeconds = this.#pod.spec?.terminationGracePeriodSeconds ?? 30
      await stopContainer(this.#kubelet, this.#pod, running, {graceSeconds, message, podIp: this.podIp})
      this.#dirty = true
    }
  }

  #planInput(): PlanInput {
    const {clock} = this.#kubelet.options
    return {
      pod: this.#pod,
      observed: this.#observed,
      nowMs: clock.now(),
      readiness: (id) => this.#readiness(id),
      restarts: this.#restarts,
      longestBackOffMs: durationMs(this.#kubelet.config.crashLoopBackOff.maxContainerRestartPeriod),
      unhealthy: this.#kubelet.prober.unhealthy(this.uid),
    }
  }

  #readiness(containerId: string): Readiness {
    const run = this.#observed.containers.find(({id}) => id === containerId)
    const spec = [...containersOf(this.#pod), ...initContainersOf(this.#pod).filter(isSidecar)].find(
      ({name}) => name === run?.name,
    )
    return spec ? this.#kubelet.prober.readiness(spec, containerId) : {started: true, ready: true}
  }

  #outOfTime(): boolean {
    const seconds = this.#pod.spec?.activeDeadlineSeconds
    const since = this.#pod.status?.startTime
    if (seconds === undefined || !since) return false
    const atMs = Date.parse(since) + seconds * 1000
    if (atMs > this.#kubelet.options.clock.now()) {
      this.#wakeAt(atMs)
      return false
    }
    podEvent(
      this.#kubelet,
      this.#pod,
      'Normal',
      'DeadlineExceeded',
      'Pod was active on the node longer than the specified deadline',
    )
    this.fail({reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline'})
    return true
  }

  #noteBackOffs({backOff}: PodPlan): void {
    for (const {delayMs, name} of backOff) {
      const message = `back-off ${durationText(delayMs)} restarting failed container=${name} pod=${podTitle(this.#pod)}`
      if (this.#waiting.get(name)?.message !== message)
        containerEvent(
          this.#kubelet,
          this.#pod,
          name,
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${name} in pod ${podTitle(this.#pod)}`,
        )
      this.#waiting.set(name, {reason: 'CrashLoopBackOff', message})
    }
    if (backOff.length > 0) this.#report()
  }

  async #act(plan: PodPlan): Promise<void> {
    for (const {container, message} of plan.kill) {
      await stopContainer(this.#kubelet, this.#pod, container, {
        graceSeconds: this.#probeGrace(container),
        message,
        podIp: this.podIp,
      })
      this.#dirty = true
    }
    if (plan.start.length === 0) return
    const {kubelet} = {kubelet: this.#kubelet}
    const pod = this.#pod
    const {client, signal} = kubelet.options
    const users = this.#users()
    const config = sandboxConfig(kubelet, pod, plan.sandboxAttempt, users)
    const fields = fieldSources(kubelet, this.podIps)
    const preparing = kubelet.volumes.prepare({pod, client, source: kubelet.source, fields, signal}).catch((error) => {
      if (error instanceof VolumeError) podEvent(kubelet, pod, 'Warning', 'FailedMount', error.message)
      throw error
    })
    preparing.catch(() => undefined) // awaited below, after the sandbox
    if (plan.createSandbox) await this.#createSandbox(config)
    const volumes = await preparing
    const sandboxId = this.#observed.sandboxes[0]?.id ?? ''
    for (const step of plan.start) {
      const {name} = step.container
      this.#countRestart(name)
      try {
        await startContainer(
          {
            kubelet,
            pod,
            observed: this.#observed,
            sandboxId,
            sandboxConfig: config,
            podIps: this.podIps,
            volumes,
            users,
          },
          step,
        )
        this.#waiting.delete(name)
        this.#dirty = true
      } catch (error) {
        signal.throwIfAborted()
        this.#noteFailedStart(name, error)
      }
    }
  }

  #users(): ReturnType<typeof userNamespace> {
    const {handlers, options} = this.#kubelet
    try {
      const handler = wantsOwnUsers(this.#pod) ? runtimeHandlerOf(this.#kubelet, this.#pod) : ''
      return userNamespace(this.#pod, options.podsFolder, canOwnUsers(handlers, handler))
    } catch (error) {
      this.#tellNoSandbox(error)
      throw error
    }
  }

  #tellNoSandbox(error: unknown): void {
    this.#kubelet.metrics.count('kubelet_started_pods_errors_total')
    const message = error instanceof Error ? error.message : String(error)
    podEvent(this.#kubelet, this.#pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`)
  }

  #countRestart(name: string): void {
    const latest = latestOf(this.#observed, name)
    if (!latest) return
    this.#restarts.set(name, ranLongEnough(latest) ? 1 : (this.#restarts.get(name) ?? 0) + 1)
  }

  #noteFailedStart(name: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const reason = error instanceof ConfigError ? error.reason : 'CreateContainerError'
    this.#waiting.set(name, {reason, message})
    this.#report()
    this.#failures++
    const {clock} = this.#kubelet.options
    // A container that was made and could not start has a run of its own, whose back-off counts.
    if (reason === 'RunContainerError') this.#dirty = true
    else this.#wakeAt(clock.now() + backoffMs(this.#failures, RETRY))
  }

  async #createSandbox(config: ReturnType<typeof sandboxConfig>): Promise<void> {
    const {cri, options} = this.#kubelet
    for (const old of this.#observed.sandboxes)
      if (!old.ready) await cri.RuntimeService.StopPodSandbox({podSandboxId: old.id})
    try {
      const runtimeHandler = runtimeHandlerOf(this.#kubelet, this.#pod)
      await cri.RuntimeService.RunPodSandbox({config, runtimeHandler}, {signal: options.signal})
      this.#kubelet.metrics.count('kubelet_started_pods_total')
      if (this.#observed.sandboxes.length === 0) tellLacks(this.#kubelet, this.#pod)
    } catch (error) {
      this.#tellNoSandbox(error)
      throw error
    }
    await this.#look()
    this.#report()
  }

  #probeGrace(container: ObservedContainer): number {
    const all = [...containersOf(this.#pod), ...initContainersOf(this.#pod)]
    const spec = all.find(({name}) => name === container.name)
    const kind = this.#kubelet.prober.unhealthy(this.uid).get(container.id)
    const probe = kind === 'startup' ? spec?.startupProbe : kind === 'liveness' ? spec?.livenessProbe : undefined
    return probe?.terminationGracePeriodSeconds ?? this.#pod.spec?.terminationGracePeriodSeconds ?? 30
  }

  #graceOf(pod: ThePod): number {
    return pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30
  }

  async #stopEverything(graceSeconds: number): Promise<void> {
    const {cri} = this.#kubelet
    this.#kubelet.prober.stopKilling(this.uid)
    this.#insist = (sooner) => {
      for (const {id, state} of this.#observed.containers)
        if (state === 'running')
          void cri.RuntimeService.StopContainer({containerId: id, timeout: sooner}).catch(() => undefined)
    }
    await stopAll(this.#kubelet, this.#pod, this.#observed, {graceSeconds, podIp: this.podIp})
    this.#insist = undefined
    this.#kubelet.prober.stop(this.uid)
    await this.#look()
  }

  async #stopSandboxes(): Promise<void> {
    for (const {id, ready} of this.#observed.sandboxes)
      if (ready) await this.#kubelet.cri.RuntimeService.StopPodSandbox({podSandboxId: id})
  }

  /** The pod has ended by itself or by the node's will: its containers stay to be looked at until it is deleted. */
  async #wrapUp(): Promise<void> {
    await this.#stopEverything(this.#failed?.graceSeconds ?? this.#graceOf(this.#pod))
    this.#report(true)
    await this.#stopSandboxes()
    await this.#look()
    this.#report(true)
    await this.#kubelet.volumes.release(this.uid)
  }

  async #terminate(): Promise<void> {
    await this.#stopEverything(this.#removed ? Math.min(this.#graceOf(this.#pod), 2) : this.#graceOf(this.#pod))
    if (!this.#removed) this.#report(true)
    await this.#stopSandboxes()
    const {cri, observer, options, status, volumes} = this.#kubelet
    if (!this.#removed) {
      await status.flushed(this.uid)
      if (!this.#retired) await this.#deleteObject()
    }
    for (const {id} of this.#observed.sandboxes) await cri.RuntimeService.RemovePodSandbox({podSandboxId: id})
    options.removeCgroup?.(cgroupParentOf(this.#pod))
    for (const {id} of this.#observed.containers) observer.forget(id)
    await volumes.remove(this.uid)
    options.logger.debug('pod is gone', {pod: podTitle(this.#pod)})
    this.#over = true
    this.#wake?.cancel()
    status.forget(this.uid)
    this.#kubelet.allocations.forget(this.uid)
    this.#done(this.uid)
  }

  async #deleteObject(): Promise<void> {
    const {name, namespace} = this.#pod.metadata
    try {
      await this.#kubelet.options.client.delete(
        pods,
        {namespace, name},
        {gracePeriodSeconds: 0, preconditions: {uid: this.uid}, signal: this.#kubelet.options.signal},
      )
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error
    }
  }

  /** Of each container the last run but one stays for `logs --previous`; older ones go. */
  async #forgetOldRuns(): Promise<void> {
    const seen = new Map<string, number>()
    for (const run of this.#observed.containers) {
      const before = seen.get(run.name) ?? 0
      seen.set(run.name, before + 1)
      if (run.state !== 'exited' || before <= DEAD_CONTAINERS_KEPT) continue
      await this.#kubelet.cri.RuntimeService.RemoveContainer({containerId: run.id})
      this.#kubelet.observer.forget(run.id)
      if (run.logPath) removeLogs(run.logPath)
    }
    await this.#forgetOldSandboxes()
  }

  /** A sandbox that ended goes with the last container that was in it. */
  async #forgetOldSandboxes(): Promise<void> {
    const {containers, sandboxes} = this.#observed
    for (const {id, ready} of sandboxes.slice(1))
      if (!ready && !containers.some(({sandboxId}) => sandboxId === id))
        await this.#kubelet.cri.RuntimeService.RemovePodSandbox({podSandboxId: id})
  }

  #terminationMessage(run: ObservedContainer): string {
    const spec = [...containersOf(this.#pod), ...initContainersOf(this.#pod), ...ephemeralContainersOf(this.#pod)].find(
      ({name}) => name === run.name,
    )
    const paths = podPaths(this.#kubelet.options.podsFolder, this.uid)
    return terminationMessage(spec as PodContainer | undefined, run, paths.terminationLog(run.name, run.restartCount))
  }

  #report(ended = false): void {
    const {handlers, options, runtimeName, status} = this.#kubelet
    for (const run of this.#observed.containers) if (run.state === 'running') this.#waiting.delete(run.name)
    const before = status.last(this.uid) ?? this.#pod.status ?? {}
    status.set(
      this.#pod,
      podStatus({
        pod: this.#pod,
        observed: this.#observed,
        before,
        waiting: this.#waiting,
        failed: this.#failed,
        ended,
        resize: this.#resizer.progress,
        hasPromised: (name) => this.#resizer.isGiven(this.#pod, this.#observed, name),
        nowMs: options.clock.now(),
        startedAtMs: this.#startedAtMs,
        hostIps: options.nodeAddresses,
        canRecurse: handlers[0]?.features?.recursiveReadOnlyMounts ?? false,
        runtimeName,
        readiness: (id) => this.#readiness(id),
        terminationMessage: (run) => this.#terminationMessage(run),
      }),
    )
  }
}
