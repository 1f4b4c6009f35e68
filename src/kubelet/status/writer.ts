// Writes pod statuses: one write a pod at a time, always the latest, none that says nothing new.
import {isDeepStrictEqual} from 'node:util'
import {hasReason} from '../../api/errors.ts'
import type {DeepReadonly} from '../../api/object.ts'
import {pods} from '../../api/resources.ts'
import type {PodStatus} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Logger} from '../../lib/logger.ts'
import type {ThePod} from '../pods/types.ts'
import {resizeTypes} from './conditions.ts'

const RETRY_MS = 500

interface Slot {
  pod: ThePod
  /** Of the object that was written last. */
  apiUid: string | undefined
  wanted: PodStatus | undefined
  written: PodStatus | undefined
  writing: Promise<void> | undefined
}

const newSlot = (pod: ThePod): Slot => ({
  pod,
  apiUid: undefined,
  wanted: undefined,
  written: undefined,
  writing: undefined,
})

export interface StatusWriterOptions {
  readonly client: ApiClient
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Of the object that shows the pod; undefined where there is none yet: then nothing can be written. */
  apiUid(pod: ThePod): string | undefined
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const sameStatus = (a: DeepReadonly<PodStatus> | undefined, b: PodStatus): boolean =>
  a !== undefined && isDeepStrictEqual(plain(a), plain(b))

export class StatusWriter {
  readonly #client: ApiClient
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #signal: AbortSignal
  readonly #apiUid: (pod: ThePod) => string | undefined
  readonly #slots = new Map<string, Slot>()

  constructor(options: StatusWriterOptions) {
    this.#apiUid = options.apiUid
    this.#client = options.client
    this.#clock = options.clock
    this.#logger = options.logger
    this.#signal = options.signal
  }

  /** What was last written, or nothing yet. */
  last(uid: string): PodStatus | undefined {
    return this.#slots.get(uid)?.wanted ?? this.#slots.get(uid)?.written
  }

  set(pod: ThePod, status: PodStatus): void {
    const apiUid = this.#apiUid(pod)
    if (apiUid === undefined) return
    const slot = this.#slots.get(pod.metadata.uid) ?? newSlot(pod)
    this.#slots.set(pod.metadata.uid, slot)
    slot.pod = pod
    if (slot.apiUid === apiUid && sameStatus(slot.wanted ?? slot.written, status)) return
    slot.apiUid = apiUid
    slot.wanted = status
    slot.writing ??= this.#write(slot)
  }

  /** Settles when everything that was set for this pod is written or the pod is gone. */
  async flushed(uid: string): Promise<void> {
    await this.#slots.get(uid)?.writing
  }

  forget(uid: string): void {
    this.#slots.delete(uid)
  }

  async #write(slot: Slot): Promise<void> {
    while (slot.wanted && !this.#signal.aborted) {
      const status = slot.wanted
      try {
        await this.#patch(slot.pod, status)
      } catch (error) {
        if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) slot.wanted = undefined
        else {
          this.#logger.debug('pod status not written, again soon', {pod: slot.pod.metadata.name, error})
          await this.#clock.sleep(RETRY_MS, this.#signal).catch(() => undefined)
          continue
        }
      }
      slot.written = status
      if (slot.wanted === status) slot.wanted = undefined
    }
    slot.writing = undefined
  }

  async #patch(pod: ThePod, status: PodStatus): Promise<void> {
    const {name, namespace} = pod.metadata
    const uid = this.#apiUid(pod)
    const {podIPs, hostIPs, conditions = [], ...rest} = status
    const body = {
      metadata: {uid},
      status: {
        ...rest,
        // Conditions are merged by type: what one no longer says must be taken away.
        conditions: [
          ...conditions.map((condition) => ({reason: null, message: null, ...condition})),
          ...resizeTypes
            .filter((type) => !conditions.some((condition) => condition.type === type))
            .map((type) => ({type, $patch: 'delete'})),
        ],
        ...(podIPs ? {podIPs: [{$patch: 'replace'}, ...podIPs]} : {}),
        ...(hostIPs ? {hostIPs} : {}),
      },
    }
    await this.#client.patch(
      pods,
      {namespace, name},
      {type: 'strategic', body},
      {subresource: 'status', signal: this.#signal},
    )
  }
}
