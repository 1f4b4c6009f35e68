// One resource, kept in a cache by list and watch, in three phases that repeat:
//   1. list: replace the cache, telling listeners only what differs;
//   2. watch from the list's version, again and again from where the last watch ended;
//   3. when that version is gone (410) or the server was away: list again.
import {hasReason} from '../api/errors.ts'
import {type KubeObject, keyOf, type Stored, type WatchEvent} from '../api/object.ts'
import {groupResourceOf, type Resource} from '../api/resource.ts'
import type {ApiClient} from '../client/contract.ts'
import {backoffMs} from '../lib/backoff.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import {nextTurn} from '../lib/turn.ts'
import {IndexedCache} from './cache.ts'
import type {Cached, Change, IndexFunction, Informer} from './contract.ts'
import {deepFreeze} from './deep-freeze.ts'

export interface InformerOptions {
  readonly client: ApiClient
  readonly clock: Clock
  readonly logger: Logger
  readonly signal: AbortSignal
}

const RETRY = {firstMs: 50, maxMs: 10_000}
/** A watch that ended sooner than this counts as a failure, so that a server that closes at once is not hammered. */
const SHORT_WATCH_MS = 500
const EVENTS_A_TURN = 256

const revisionOf = (version: string | undefined): number => {
  const revision = Number(version)
  return Number.isSafeInteger(revision) ? revision : 0
}

interface Waiter {
  readonly isDone: () => boolean
  readonly call: () => void
}

export class ResourceInformer<T extends KubeObject> implements Informer<T> {
  readonly resource: Resource<T>
  readonly cache = new IndexedCache<T>()
  readonly #options: InformerOptions
  readonly #listeners = new Set<(change: Change<T>) => void>()
  readonly #waiters = new Set<Waiter>()
  readonly #firstList = Promise.withResolvers<void>()
  #isSynced = false
  /** Where the next watch starts. */
  #version: string | undefined
  #revision = 0

  constructor(resource: Resource<T>, options: InformerOptions) {
    this.resource = resource
    this.#options = options
    // Whoever asks for it sees the rejection; nobody has to.
    this.#firstList.promise.catch(() => undefined)
  }

  get revision(): number {
    return this.#revision
  }
  get isSynced(): boolean {
    return this.#isSynced
  }
  addIndex(name: string, index: IndexFunction<T>): void {
    this.cache.addIndex(name, index)
  }
  onChange(listener: (change: Change<T>) => void): () => void {
    for (const object of this.cache.list()) this.#tell(listener, {type: 'added', object})
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  synced(signal?: AbortSignal): Promise<void> {
    if (!signal || this.#isSynced) return this.#firstList.promise
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason)
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort, {once: true})
      this.#firstList.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    })
  }
  /** Calls once as soon as `isDone` holds after a change, or never if the returned function is called before. */
  when(isDone: () => boolean, call: () => void): () => void {
    const waiter = {isDone, call}
    this.#waiters.add(waiter)
    return () => this.#waiters.delete(waiter)
  }

  /** Settles when the signal is aborted. */
  async run(): Promise<void> {
    const {signal, clock, logger} = this.#options
    let failures = 0
    while (!signal.aborted) {
      const startedMs = clock.monotonic()
      try {
        if (this.#version === undefined) await this.#list()
        await this.#watch(this.#version)
        failures = clock.monotonic() - startedMs < SHORT_WATCH_MS ? failures + 1 : 0
      } catch (error) {
        if (signal.aborted) break
        failures += 1
        if (hasReason(error, 'Gone', 'Expired')) this.#version = undefined
        else logger.warn('list or watch failed', {resource: groupResourceOf(this.resource), error})
        // A kind that is not served (any more) has no objects.
        if (hasReason(error, 'NotFound')) this.#replace([], undefined)
      }
      await clock.sleep(backoffMs(failures, RETRY), signal).catch(() => undefined)
    }
    this.#firstList.reject(signal.reason)
  }

  async #list(): Promise<void> {
    const {client, signal} = this.#options
    const {items, metadata} = await client.list(this.resource, {signal, resourceVersion: '0'})
    this.#replace(items, metadata.resourceVersion)
  }
  #replace(items: readonly Stored<T>[], version: string | undefined): void {
    const present = new Set<string>()
    for (const item of items) {
      present.add(keyOf(item as Stored<KubeObject>))
      this.#put(item)
    }
    for (const key of [...this.cache.keys()]) if (!present.has(key)) this.#remove(key)
    this.#version = version
    this.#revision = Math.max(this.#revision, revisionOf(version))
    if (!this.#isSynced) {
      this.#isSynced = true
      this.#firstList.resolve()
    }
    this.#wake()
  }
  async #watch(resourceVersion: string | undefined): Promise<void> {
    const {client, signal} = this.#options
    let events = 0
    for await (const event of client.watch(this.resource, {signal, resourceVersion})) {
      this.#take(event)
      this.#version = event.object.metadata.resourceVersion
      this.#revision = Math.max(this.#revision, revisionOf(this.#version))
      this.#wake()
      // A flood of events may arrive in one turn of the event loop.
      if (++events % EVENTS_A_TURN === 0) await nextTurn()
    }
  }
  #take({type, object}: WatchEvent<T>): void {
    if (type === 'ADDED' || type === 'MODIFIED') this.#put(object)
    else if (type === 'DELETED') this.#remove(keyOf(object as Stored<KubeObject>), object)
  }
  #put(item: Stored<T>): void {
    const object = deepFreeze(item) as Cached<T>
    const key = keyOf(item as Stored<KubeObject>)
    const known = this.cache.getByKey(key)
    if (known && known.metadata.uid !== object.metadata.uid) this.#remove(key)
    else if (known && known.metadata.resourceVersion === object.metadata.resourceVersion) return
    const previous = this.cache.put(object)
    this.#announce(previous ? {type: 'updated', object, previous} : {type: 'added', object})
  }
  #remove(key: string, last?: Stored<T>): void {
    const previous = this.cache.remove(key)
    if (!previous) return
    const object = last ? (deepFreeze(last) as Cached<T>) : previous
    this.#announce({type: 'deleted', object, previous})
  }
  #announce(change: Change<T>): void {
    for (const listener of this.#listeners) this.#tell(listener, change)
  }
  #tell(listener: (change: Change<T>) => void, change: Change<T>): void {
    try {
      listener(change)
    } catch (error) {
      this.#options.logger.error('listener failed', {resource: groupResourceOf(this.resource), error})
    }
  }
  #wake(): void {
    if (this.#waiters.size === 0) return
    for (const waiter of [...this.#waiters])
      if (waiter.isDone()) {
        this.#waiters.delete(waiter)
        waiter.call()
      }
  }
}
