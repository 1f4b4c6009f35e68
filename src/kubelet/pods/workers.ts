// A worker for every pod of this node. Pods come from the API; the runtime's news wakes the right worker.

import {readdirSync} from 'node:fs'
import type {KubeObject} from '../../api/object.ts'
import {configMaps, pods, runtimeClasses, secrets} from '../../api/resources.ts'
import type {Pod} from '../../api/schema/types.gen.ts'
import {grpcCodes, isGrpcCode} from '../../lib/grpc/status.ts'
import type {Cached, Change} from '../../reconcile/contract.ts'
import {type Rejection, rejectionOf} from '../admit/admit.ts'
import {fieldSources, type Kubelet, podEvent} from '../kubelet.ts'
import {StaticPods} from '../static/static-pods.ts'
import {labels} from './observe.ts'
import {lookRegularly} from './regular-look.ts'
import {podTitle, type ThePod} from './types.ts'
import {PodWorker} from './worker.ts'

/** Without news from the runtime (another one, or a lost connection) everything is looked at this often. */
const RELIST_MS = 10_000
const WITHOUT_NEWS_MS = 1000
const RECONNECT_MS = 200
const REFRESH_MS = 60_000

export class PodWorkers {
  readonly #kubelet: Kubelet
  readonly #byUid = new Map<string, PodWorker>()
  readonly #static: StaticPods

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet
    this.#static = new StaticPods(kubelet.options, {
      start: (pod) => this.#adopt(pod),
      retire: (uid) => this.#byUid.get(uid)?.retire(),
      kick: (uid) => this.kick(uid),
    })
  }

  /** What the API calls this pod; undefined while it does not know it. */
  apiUid(pod: ThePod): string | undefined {
    return this.#static.isStatic(pod.metadata.uid) ? this.#static.mirrorUid(pod) : pod.metadata.uid
  }

  get(uid: string): PodWorker | undefined {
    return this.#byUid.get(uid)
  }
  find(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#byUid.values())
      if (worker.pod.metadata.namespace === namespace && worker.pod.metadata.name === name) return worker
    return undefined
  }
  all(): readonly PodWorker[] {
    return [...this.#byUid.values()]
  }
  /** What else is on this node and not over, as it was promised. */
  others(uid: string): readonly ThePod[] {
    return this.all()
      .filter((worker) => worker.uid !== uid && worker.isActive)
      .map(({pod}) => pod)
  }
  kick(uid: string): void {
    this.#byUid.get(uid)?.kick()
  }

  async run(): Promise<void> {
    const {informers, nodeName, signal} = this.#kubelet.options
    const informer = informers.informer(pods)
    await Promise.all([informer.synced(signal), informers.informer(runtimeClasses).synced(signal)])
    this.#static.load()
    const leave = informer.onChange((change) => this.#podChanged(change, nodeName))
    const leaveOthers = [
      informers.informer(configMaps).onChange((change) => this.#sourceChanged(change, 'configMap')),
      informers.informer(secrets).onChange((change) => this.#sourceChanged(change, 'secret')),
    ]
    await this.#removeStrangers()
    await Promise.all([this.#hear(), this.#relist(), this.#refreshAll(), this.#static.run()])
    leave()
    for (const away of leaveOthers) away()
    await Promise.all(this.all().map((worker) => worker.stop()))
  }

  #podChanged({object, type}: Change<Pod>, nodeName: string): void {
    if (object.spec?.nodeName !== nodeName || this.#static.heard(type, object)) return
    const {uid} = object.metadata
    const known = this.#byUid.get(uid)
    if (type === 'deleted') known?.remove()
    else if (known) {
      const asBefore = described(known.pod) === described(object)
      known.update(object)
      if (!asBefore) void this.#refresh(known)
    } else this.#adopt(object)
  }

  #adopt(pod: ThePod): void {
    const {uid} = pod.metadata
    const rejection = this.#admit(pod)
    const worker = new PodWorker(this.#kubelet, pod, () => this.#gone(uid))
    this.#byUid.set(uid, worker)
    if (rejection) {
      const {message, reason} = rejection
      podEvent(this.#kubelet, pod, 'Warning', reason, message)
      worker.fail({reason, message: `Pod was rejected: ${message}`, rejected: true})
    }
    worker.kick()
  }

  #gone(uid: string): void {
    this.#byUid.delete(uid)
    this.#static.ended(uid)
    for (const worker of this.all()) if (worker.waitsForRoom) worker.kick()
  }

  /** Those that were here before the kubelet was are not asked again. */
  #admit(pod: ThePod): Rejection | undefined {
    const {allocations, scene} = this.#kubelet
    const {deletionTimestamp, uid} = pod.metadata
    if (deletionTimestamp || isOver(pod) || allocations.has(uid)) return undefined
    const rejection = rejectionOf(pod, this.others(uid), scene())
    if (!rejection) allocations.promise(pod)
    return rejection
  }

  /** What the runtime has of pods that the API no longer has. */
  async #removeStrangers(): Promise<void> {
    const {options, cri, observer, volumes} = this.#kubelet
    const {RuntimeService} = cri
    const {items} = await RuntimeService.ListPodSandbox({}, {signal: options.signal})
    for (const {id, labels: found} of items) {
      const uid = found[labels.podUid]
      if (!uid || this.#byUid.has(uid)) continue
      const {containers} = await observer.observe(uid, options.signal)
      await Promise.all(containers.map(({id: containerId}) => RuntimeService.StopContainer({containerId, timeout: 2})))
      await RuntimeService.RemovePodSandbox({podSandboxId: id})
      await volumes.remove(uid)
    }
    // Of a kubelet that was killed after the sandbox had gone.
    for (const uid of readdirSync(options.podsFolder))
      if (isUid(uid) && !this.#byUid.has(uid)) await volumes.remove(uid)
  }

  async #hear(): Promise<void> {
    const {clock, logger, signal} = this.#kubelet.options
    while (!signal.aborted) {
      try {
        // Answers once it is there again: then everything is looked at, for nobody told us what happened meanwhile.
        await this.#kubelet.cri.RuntimeService.Version({}, {signal})
        for (const worker of this.all()) worker.kick()
        await this.#hearEvents(signal).catch((error) => {
          if (!isGrpcCode(error, grpcCodes.unimplemented)) throw error
          return this.#look(WITHOUT_NEWS_MS)
        })
      } catch (error) {
        if (!signal.aborted) logger.debug('no news from the runtime, asking again', {error})
      }
      await clock.sleep(RECONNECT_MS, signal).catch(() => undefined)
    }
  }

  async #hearEvents(signal: AbortSignal): Promise<void> {
    for await (const event of this.#kubelet.cri.RuntimeService.GetContainerEvents({}, {signal})) {
      const [status] = event.containersStatuses
      const uid = event.podSandboxStatus?.labels[labels.podUid] ?? status?.labels[labels.podUid]
      if (uid) this.kick(uid)
    }
  }

  async #relist(): Promise<void> {
    const {clock, logger, signal} = this.#kubelet.options
    while (!signal.aborted) {
      await this.#look(RELIST_MS).catch((error) => {
        if (!signal.aborted) logger.debug('the runtime was not looked at', {error})
      })
      await clock.sleep(RELIST_MS, signal).catch(() => undefined)
    }
  }

  #look(everyMs: number): Promise<void> {
    const {clock, signal} = this.#kubelet.options
    return lookRegularly(this.#kubelet.cri, {clock, signal, everyMs}, (uid) => this.kick(uid))
  }

  /** Tokens expire, annotations change, and what was overlooked is looked at. */
  async #refreshAll(): Promise<void> {
    const {clock, signal} = this.#kubelet.options
    while (!signal.aborted) {
      await clock.sleep(REFRESH_MS, signal).catch(() => undefined)
      for (const worker of this.all()) {
        if (signal.aborted) return
        worker.kick()
        await this.#refresh(worker)
      }
    }
  }

  async #refresh(worker: PodWorker): Promise<void> {
    const {logger} = this.#kubelet.options
    const {client, signal} = this.#kubelet.options
    if (!worker.observed.containers.some(({state}) => state === 'running')) return
    const fields = fieldSources(this.#kubelet, worker.podIps)
    await this.#kubelet.volumes
      .refresh({pod: worker.pod, client, source: this.#kubelet.source, fields, signal})
      .catch((error) => logger.debug('volumes not refreshed', {pod: podTitle(worker.pod), error}))
  }

  #sourceIs(type: Change<KubeObject>['type'], worker: PodWorker): void {
    if (type === 'added') worker.kick()
    void this.#refresh(worker)
  }

  /** What is optional may come and go; what is not, somebody may be waiting for. */
  #sourceChanged({object, type}: Change<KubeObject>, kind: 'configMap' | 'secret'): void {
    for (const worker of this.all())
      if (uses(worker.pod, kind, object as Cached<KubeObject>)) this.#sourceIs(type, worker)
  }
}

/** Of the API, or of a manifest: other folders are other nodes'. */
const isUid = (name: string): boolean => /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/.test(name)

const described = ({metadata}: ThePod): string => JSON.stringify([metadata.labels, metadata.annotations])

const isOver = ({status}: ThePod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded'

const uses = (
  {metadata, spec}: ThePod,
  kind: 'configMap' | 'secret',
  {metadata: {name, namespace}}: Cached<KubeObject>,
): boolean =>
  metadata.namespace === namespace &&
  (spec?.volumes ?? []).some(({configMap, projected, secret}) => {
    const own = kind === 'configMap' ? configMap?.name : secret?.secretName
    return own === name || (projected?.sources ?? []).some((source) => source[kind]?.name === name)
  })
