// What a controller is, and what it is given. The loop itself is written once (run.ts).
import type {DeepReadonly, KubeObject, ObjectName, Stored} from '../api/object.ts'
import type {Resource} from '../api/resource.ts'
import type {ApiClient} from '../client/contract.ts'
import type {Clock} from '../lib/clock.ts'
import type {Logger} from '../lib/logger.ts'
import type {Random} from '../lib/random.ts'

/** An object from a cache: shared and frozen. */
export type Cached<T extends KubeObject> = DeepReadonly<Stored<T>>

export interface Cache<T extends KubeObject> {
  get(name: ObjectName): Cached<T> | undefined
  getByKey(key: string): Cached<T> | undefined
  /** Everything, or what is in one namespace; in no particular order. */
  list(namespace?: string): readonly Cached<T>[]
  /** What the named index files under `value`. `owner` (uid of the controlling owner) is always there. */
  byIndex(index: string, value: string): readonly Cached<T>[]
  readonly size: number
}

export type IndexFunction<T extends KubeObject> = (object: Cached<T>) => readonly string[]

export interface Change<T extends KubeObject> {
  readonly type: 'added' | 'updated' | 'deleted'
  readonly object: Cached<T>
  /** What the cache held before: absent for 'added'. */
  readonly previous?: Cached<T> | undefined
}

export interface Informer<T extends KubeObject> {
  readonly cache: Cache<T>
  /** Filed under the name from now on; existing objects included. Adding the same name twice keeps the first. */
  addIndex(name: string, index: IndexFunction<T>): void
  /** Called for every change after the cache shows it, and at once with 'added' for what is there. Returns a way out. */
  onChange(listener: (change: Change<T>) => void): () => void
  /** Settles when the first list is in the cache. */
  synced(signal?: AbortSignal): Promise<void>
  readonly isSynced: boolean
  /** The newest resourceVersion the cache has seen, as a number: at least this new is what it shows. */
  readonly revision: number
}

/** One informer a resource, however many ask. Starts on the first ask. */
export interface InformerSource {
  informer<T extends KubeObject>(resource: Resource<T>): Informer<T>
  /** Ends the informer of a resource that is served no more; its listeners hear nothing from it again. */
  forget(resource: Resource): void
}

export type EventType = 'Normal' | 'Warning'

export interface EventRecorder {
  /** Repeats of the same event are counted, and floods of similar ones are aggregated, as Kubernetes does. */
  record(
    about: DeepReadonly<KubeObject>,
    type: EventType,
    reason: string,
    message: string,
    annotations?: Readonly<Record<string, string>>,
  ): void
}

export interface ReconcileContext {
  /** In a reconcile: notes what is written, so that the key is not looked at again before the caches show it. */
  readonly client: ApiClient
  readonly informers: InformerSource
  cache<T extends KubeObject>(resource: Resource<T>): Cache<T>
  readonly events: EventRecorder
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Nothing: done until something changes. Otherwise look again then, changes or not. */
export type Result = {readonly requeueAfterMs: number} | undefined | void

export interface WatchSpec<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>
  /** The keys to reconcile after this change. Default: the object's own key. */
  readonly toKeys?: (change: Change<T>, context: ReconcileContext) => readonly string[]
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>
}

export interface ControllerSpec {
  /** Kubernetes' own name for it, in kebab case: logs, events, user agent, metrics and status know it by this. */
  readonly name: string
  /** The `source.component` of its events, and its service account in kube-system (`deployment-controller`). */
  readonly identity: string
  /** Acts in this user's name instead (`system:kube-controller-manager`). */
  readonly user?: string
  readonly watches: readonly WatchSpec<never>[]
  /** How many keys at the same time; a key is never reconciled twice at once. Default 5. */
  readonly workers?: number
  /** Idempotent: reads the caches, writes through the client. Throwing means: again, later and later. */
  reconcile(key: string, context: ReconcileContext): Promise<Result>
  /** Once, before the first reconcile. What it returns (a ticker, an extra listener) is disposed at the end. */
  start?(context: ReconcileContext, enqueue: (key: string, delayMs?: number) => void): Disposable | undefined | void
}

/** Keeps a watch's types inside and forgets them outside, so that one list holds watches of many resources. */
export const watching = <T extends KubeObject>(spec: WatchSpec<T>): WatchSpec<never> =>
  spec as unknown as WatchSpec<never>
