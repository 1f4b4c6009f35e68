// Runs the probes of every running container and remembers what they said. A change wakes the pod's worker.
import type {DeepReadonly} from '../../api/object.ts'
import type {Probe} from '../../api/schema/types.gen.ts'
import type {Clock, Timer} from '../../lib/clock.ts'
import type {CriClient} from '../../lib/cri/client.ts'
import type {Metrics} from '../metrics.ts'
import type {ObservedPod, PodContainer, Readiness, ThePod} from '../pods/types.ts'
import {containersOf, initContainersOf, isSidecar, latestOf} from '../pods/types.ts'
import {runProbe} from './check.ts'

export type ProbeKind = 'startup' | 'readiness' | 'liveness'

interface Watch {
  readonly uid: string
  readonly podIp: string
  readonly kind: ProbeKind
  readonly probe: DeepReadonly<Probe>
  pod: ThePod
  readonly container: PodContainer
  readonly containerId: string
  passed: boolean | undefined
  row: {ok: boolean; count: number}
  timer: Timer | undefined
  stopped: boolean
}

export interface ProberOptions {
  readonly cri: CriClient
  readonly clock: Clock
  readonly metrics: Metrics
  changed(uid: string): void
  failed(pod: ThePod, container: PodContainer, kind: ProbeKind, message: string): void
}

const kinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']
const titles = {startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness'} as const

const probeOf = (container: PodContainer, kind: ProbeKind): DeepReadonly<Probe> | undefined => container[`${kind}Probe`]

export class Prober {
  readonly #options: ProberOptions
  /** By container id and kind. */
  readonly #watches = new Map<string, Watch>()

  constructor(options: ProberOptions) {
    this.#options = options
  }

  /** Probes follow what runs: new containers are probed, those that ended no longer. */
  follow(pod: ThePod, observed: ObservedPod, podIp: string): void {
    const wanted = new Set<string>()
    const probed = [...containersOf(pod), ...initContainersOf(pod).filter(isSidecar)]
    for (const container of probed) {
      const latest = latestOf(observed, container.name)
      if (latest?.state !== 'running') continue
      for (const kind of kinds) {
        const probe = probeOf(container, kind)
        if (!probe) continue
        const key = `${latest.id}/${kind}`
        wanted.add(key)
        const known = this.#watches.get(key)
        if (known) known.pod = pod
        else this.#start(key, {uid: pod.metadata.uid, podIp, kind, probe, pod, container, containerId: latest.id})
      }
    }
    this.#dropOthers(pod.metadata.uid, wanted)
  }

  /** A pod on its way out is no longer probed for life or start; whether it is ready still counts. */
  stopKilling(uid: string): void {
    for (const watch of this.#watches.values()) {
      if (watch.uid !== uid || watch.kind === 'readiness') continue
      watch.stopped = true
      watch.timer?.cancel()
    }
  }
  stop(uid: string): void {
    this.#dropOthers(uid, new Set())
  }

  readiness(container: PodContainer, containerId: string): Readiness {
    const startup = container.startupProbe
    const started = startup ? this.#watches.get(`${containerId}/startup`)?.passed === true : true
    const ready = container.readinessProbe ? this.#watches.get(`${containerId}/readiness`)?.passed === true : true
    return {started, ready: started && ready}
  }

  /** Containers that gave up, and by which probe. */
  unhealthy(uid: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>()
    for (const watch of this.#watches.values())
      if (watch.uid === uid && watch.kind !== 'readiness' && watch.passed === false)
        found.set(watch.containerId, watch.kind)
    return found
  }

  #dropOthers(uid: string, wanted: ReadonlySet<string>): void {
    for (const [key, watch] of this.#watches) {
      if (watch.uid !== uid || wanted.has(key)) continue
      watch.stopped = true
      watch.timer?.cancel()
      this.#watches.delete(key)
    }
  }

  #start(key: string, facts: Omit<Watch, 'passed' | 'row' | 'timer' | 'stopped'>): void {
    const watch: Watch = {...facts, passed: undefined, row: {ok: false, count: 0}, timer: undefined, stopped: false}
    this.#watches.set(key, watch)
    this.#later(watch, (watch.probe.initialDelaySeconds ?? 0) * 1000)
  }

  #later(watch: Watch, delayMs: number): void {
    watch.timer = this.#options.clock.after(delayMs, () => void this.#round(watch))
  }

  /** Others wait until the container has started. */
  async #round(watch: Watch): Promise<void> {
    const {container, containerId, kind, probe} = watch
    const startedYet = kind === 'startup' || this.readiness(container, containerId).started
    if (startedYet) await this.#once(watch)
    if (watch.stopped) return
    if (kind === 'startup' && watch.passed) return
    this.#later(watch, (probe.periodSeconds ?? 10) * 1000)
  }

  async #once(watch: Watch): Promise<void> {
    const {container, containerId, kind, podIp, probe} = watch
    const target = {
      cri: this.#options.cri,
      container,
      containerId,
      podIp,
      timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    }
    const outcome = await runProbe(probe, target)
    if (watch.stopped) return
    this.#count(watch, outcome.ok)
    watch.row = watch.row.ok === outcome.ok ? {ok: outcome.ok, count: watch.row.count + 1} : {ok: outcome.ok, count: 1}
    if (!outcome.ok)
      this.#options.failed(watch.pod, container, kind, `${titles[kind]} probe failed: ${outcome.message}`)
    const needed = outcome.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
    if (watch.row.count < needed || watch.passed === outcome.ok) return
    const first = watch.passed === undefined
    watch.passed = outcome.ok
    // A readiness probe that fails from the start changes nothing: nobody was told it was ready.
    if (!(first && kind === 'readiness' && !outcome.ok)) this.#options.changed(watch.uid)
    if (kind === 'startup' && outcome.ok) this.#hurry(containerId)
  }

  #count({container, kind, pod: {metadata}}: Watch, ok: boolean): void {
    this.#options.metrics.count('prober_probe_total', {
      container: container.name,
      namespace: metadata.namespace ?? '',
      pod: metadata.name,
      pod_uid: metadata.uid,
      probe_type: titles[kind],
      result: ok ? 'successful' : 'failed',
    })
  }

  /** Once started, the others need not wait for their next turn. */
  #hurry(containerId: string): void {
    for (const kind of ['readiness', 'liveness'] as const) {
      const watch = this.#watches.get(`${containerId}/${kind}`)
      if (!watch) continue
      watch.timer?.cancel()
      this.#later(watch, 0)
    }
  }
}
