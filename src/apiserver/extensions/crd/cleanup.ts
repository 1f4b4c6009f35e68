// A definition that is being deleted takes its objects along: they are deleted like any other, finalizers and all; when
// the last one is gone, the definition goes.

import {hasReason} from '../../../api/errors.ts'
import {cleanupFinalizer, setCondition} from '../../../api/kinds/apiextensions/strategy.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import {customResourceDefinitions} from '../../../api/resources.ts'
import type {CustomResourceDefinition} from '../../../api/schema/types.gen.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {Backend} from '../../backend.ts'
import {callOf} from '../../door.ts'
import {deleteObject} from '../../handlers/delete.ts'
import {copyOf} from '../../registry/freeze.ts'
import {prefixOf} from '../../registry/keys.ts'
import {requestInfo} from '../../request/info.ts'
import {timestamp} from '../../timestamp.ts'
import type {Listener} from '../../watch/hub.ts'

type StoredCrd = DeepReadonly<Stored<CustomResourceDefinition>>

const server = {name: 'system:apiserver', groups: ['system:masters', 'system:authenticated']}

const nothingSaid = {
  dryRun: false,
  gracePeriodSeconds: undefined,
  orphanDependents: undefined,
  propagationPolicy: undefined,
  uid: undefined,
  resourceVersion: undefined,
  raw: {},
}

interface Terminating {
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

const attempts = 10

export class Cleanup {
  readonly #backend: Backend
  readonly #context: AdmissionContext
  /** Under way, by uid. */
  readonly #running = new Map<string, () => void>()
  #isClosed = false

  constructor(backend: Backend, context: AdmissionContext) {
    this.#backend = backend
    this.#context = context
  }

  close(): void {
    this.#isClosed = true
    for (const stop of this.#running.values()) stop()
  }

  begin(crd: StoredCrd): void {
    const {uid} = crd.metadata
    if (this.#isClosed || this.#running.has(uid)) return
    this.#running.set(uid, () => {})
    this.#run(crd)
      .catch((error: unknown) => this.#backend.logger.error('objects of a deleted definition remain', {error}))
      .finally(() => this.#running.delete(uid))
  }

  async #run(crd: StoredCrd): Promise<void> {
    const {name, uid} = crd.metadata
    const prefix = prefixOf({group: crd.spec.group, plural: crd.spec.names.plural})
    await this.#write(name, false, {
      status: 'True',
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    })
    while (!this.#isClosed) {
      await this.#deleteAll(crd, prefix)
      if (this.#backend.store.count(prefix) === 0) break
      await this.#change(prefix, uid)
    }
    if (this.#isClosed) return
    await this.#write(name, true, {
      status: 'False',
      reason: 'InstanceDeletionCompleted',
      message: 'removed all instances',
    })
  }

  async #deleteAll({spec}: StoredCrd, prefix: string): Promise<void> {
    const {backend} = {backend: this.#backend}
    const kind = backend.kinds
      .all()
      .find(({resource, custom}) => custom && resource.group === spec.group && resource.plural === spec.names.plural)
    for (const entry of backend.store.list(prefix).entries) {
      const {namespace = '', name, deletionTimestamp} = backend.objects.stored(entry).metadata
      if (!kind) await backend.store.delete(entry.key)
      else if (!deletionTimestamp) {
        const request = {
          method: 'DELETE',
          url: `/apis/${spec.group}/${kind.resource.version}/${spec.names.plural}/${name}`,
          headers: {},
        }
        const call = callOf({request, user: server, userAgent: '', local: true}, requestInfo('DELETE', request.url))
        try {
          await deleteObject({backend, call, kind, namespace, name, options: nothingSaid})
        } catch (error) {
          if (!hasReason(error, 'NotFound')) throw error
        }
      }
    }
  }

  /** Settles when something happens to the objects that are left. */
  #change(prefix: string, uid: string): Promise<void> {
    const {hub} = this.#backend
    const {promise, resolve} = Promise.withResolvers<void>()
    const listener: Listener = {onEvents: () => resolve(), onProgress: () => {}, onEnd: () => resolve()}
    if (!hub.join(prefix, hub.revision, listener)) return Promise.resolve()
    this.#running.set(uid, resolve)
    return promise.finally(() => hub.leave(prefix, listener))
  }

  async #write(name: string, isDone: boolean, condition: Terminating): Promise<void> {
    for (let tried = 0; tried < attempts; tried++) {
      const current = this.#context.get(customResourceDefinitions, {name})
      if (!current) return
      const next = copyOf(current) as Stored<CustomResourceDefinition>
      const lastTransitionTime = timestamp(this.#backend.clock.now())
      const conditions = setCondition(next.status?.conditions ?? [], {
        type: 'Terminating',
        lastTransitionTime,
        ...condition,
      })
      next.status = {...next.status, conditions}
      if (isDone) {
        next.metadata.finalizers = (next.metadata.finalizers ?? []).filter(
          (finalizer) => finalizer !== cleanupFinalizer,
        )
        if (next.metadata.finalizers.length === 0) {
          await this.#context.remove(customResourceDefinitions, {name})
          return
        }
      }
      if (await this.#context.replace(customResourceDefinitions, next)) return
    }
  }
}
