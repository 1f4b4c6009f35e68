// Pods from a folder of this machine. They run whatever the API server says; it is shown a mirror of each, which comes
// back when somebody deletes it.
import {hasReason} from '../../api/errors.ts'
import {keyOf} from '../../api/object.ts'
import {nodes, pods} from '../../api/resources.ts'
import {backoffMs} from '../../lib/backoff.ts'
import type {KubeletOptions} from '../options.ts'
import type {ThePod} from '../pods/types.ts'
import {readManifests, watchFolder} from './folder.ts'
import {isMirror, mirrorOf, mirrors, staticPod} from './manifest.ts'

/** Who runs what is in the folder. */
export interface StaticRunner {
  start(pod: ThePod): void
  /** Ends it gracefully; `ended` follows. */
  retire(uid: string): void
  /** Its status can be written now. */
  kick(uid: string): void
}

const RETRY = {firstMs: 500, maxMs: 30_000}

export class StaticPods {
  readonly #options: KubeletOptions
  readonly #runner: StaticRunner
  /** What the folder says, by file. */
  #wanted = new Map<string, ThePod>()
  /** What runs or is ending, by namespace and name. */
  readonly #running = new Map<string, ThePod>()
  readonly #mirrors = new Map<string, ThePod>()
  readonly #busy = new Map<string, Promise<void>>()

  constructor(options: KubeletOptions, runner: StaticRunner) {
    this.#options = options
    this.#runner = runner
  }

  isStatic(uid: string): boolean {
    return [...this.#running.values()].some(({metadata}) => metadata.uid === uid)
  }
  /** The uid of what the API knows of a static pod; undefined when it knows nothing yet. */
  mirrorUid(pod: ThePod): string | undefined {
    const mirror = this.#mirrors.get(keyOf(pod))
    return mirror && mirrors(mirror, pod) ? mirror.metadata.uid : undefined
  }

  /** Reads the folder: what is new starts, what is gone or changed ends. */
  load(): void {
    const {staticPodFolder} = this.#options
    if (!staticPodFolder) return
    const before = this.#wanted
    this.#wanted = new Map()
    for (const file of readManifests(staticPodFolder))
      try {
        const pod = staticPod(file, this.#options.nodeName, this.#options.clock.now())
        this.#wanted.set(file.path, pod)
      } catch (error) {
        this.#options.logger.warn('not a static pod', {file: file.path, error})
        // A file that is being edited does not end what runs.
        const known = before.get(file.path)
        if (known) this.#wanted.set(file.path, known)
      }
    const keys = new Set([...this.#running.keys(), ...[...this.#wanted.values()].map(keyOf)])
    for (const key of keys) this.#arrange(key)
  }

  async run(): Promise<void> {
    const {clock, signal, staticPodFolder} = this.#options
    if (staticPodFolder) await watchFolder(staticPodFolder, {changed: () => this.load(), clock, signal})
    await Promise.all(this.#busy.values())
  }

  /** True when the pod is a mirror, and nobody else's business. */
  heard(type: 'added' | 'updated' | 'deleted', pod: ThePod): boolean {
    if (!isMirror(pod)) return false
    const key = keyOf(pod)
    if (type === 'deleted') this.#mirrors.delete(key)
    else this.#mirrors.set(key, pod)
    this.#mend(key)
    return true
  }

  /** A retired pod has gone. */
  ended(uid: string): void {
    for (const [key, pod] of this.#running)
      if (pod.metadata.uid === uid) {
        this.#running.delete(key)
        this.#arrange(key)
      }
  }

  #wantedAt(key: string): ThePod | undefined {
    return [...this.#wanted.values()].find((pod) => keyOf(pod) === key)
  }

  /** Of the same name only one at a time: the next one waits for the end of the last. */
  #arrange(key: string): void {
    const wanted = this.#wantedAt(key)
    const running = this.#running.get(key)
    if (running && running.metadata.uid !== wanted?.metadata.uid) this.#runner.retire(running.metadata.uid)
    if (!running && wanted) {
      this.#running.set(key, wanted)
      this.#runner.start(wanted)
    }
    this.#mend(key)
  }

  /** Makes the API show what runs: one thing at a time for each name. */
  #mend(key: string): void {
    const before = this.#busy.get(key) ?? Promise.resolve()
    const now = before.then(() => this.#mendNow(key))
    this.#busy.set(key, now)
    void now.finally(() => {
      if (this.#busy.get(key) === now) this.#busy.delete(key)
    })
  }

  async #mendNow(key: string): Promise<void> {
    const {clock, logger, signal} = this.#options
    for (let failures = 1; !signal.aborted; failures++)
      try {
        return await this.#mendOnce(key)
      } catch (error) {
        if (!signal.aborted) logger.debug('mirror pod not in order yet', {pod: key, error})
        await clock.sleep(backoffMs(failures, RETRY), signal).catch(() => undefined)
      }
  }

  async #mendOnce(key: string): Promise<void> {
    const {client, nodeName, signal} = this.#options
    const running = this.#running.get(key)
    const mirror = this.#mirrors.get(key)
    if (mirror) {
      if (running && mirrors(mirror, running) && !mirror.metadata.deletionTimestamp)
        return this.#runner.kick(running.metadata.uid)
      const {name, namespace, uid} = mirror.metadata
      const gone = client.delete(pods, {namespace, name}, {gracePeriodSeconds: 0, preconditions: {uid}, signal})
      await gone.catch((error) => {
        if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error
      })
      return
    }
    if (!running || this.#wantedAt(key)?.metadata.uid !== running.metadata.uid) return
    const node = await client.get(nodes, {name: nodeName}, {signal})
    await client.create(pods, mirrorOf(running, node.metadata), {signal}).catch((error) => {
      if (!hasReason(error, 'AlreadyExists')) throw error
    })
  }
}
