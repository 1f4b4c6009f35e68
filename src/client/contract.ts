// The one API client: the same verbs and errors in this process, over the Unix socket and over TLS.
// A failed request rejects with ApiError.
import type {Duplex} from 'node:stream'
import type {KubeList, KubeObject, ObjectName, Stored, WatchEvent} from '../api/object.ts'
import type {Resource} from '../api/resource.ts'
import type {ApiRequest, ApiResponse} from '../api/transport.ts'

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface GetOptions extends CallOptions {
  readonly resourceVersion?: string | undefined
  readonly subresource?: string | undefined
}

export interface ListOptions extends CallOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  readonly limit?: number | undefined
  readonly continue?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan' | undefined
}

export interface WatchOptions extends CallOptions {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly sendInitialEvents?: boolean | undefined
  readonly timeoutSeconds?: number | undefined
}

export interface WriteOptions extends CallOptions {
  readonly dryRun?: boolean | undefined
  readonly fieldManager?: string | undefined
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore' | undefined
  readonly subresource?: string | undefined
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string
  readonly force?: boolean | undefined
}

export interface DeleteOptions extends CallOptions {
  readonly dryRun?: boolean | undefined
  readonly gracePeriodSeconds?: number | undefined
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined
  readonly preconditions?:
    | {readonly uid?: string | undefined; readonly resourceVersion?: string | undefined}
    | undefined
}

export type Patch =
  | {readonly type: 'json'; readonly body: readonly object[]}
  | {readonly type: 'merge' | 'strategic'; readonly body: object}

export interface ApiClient {
  get<T extends KubeObject>(resource: Resource<T>, name: ObjectName, options?: GetOptions): Promise<Stored<T>>
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<KubeList<T>>
  /** Ends when the server ends it or the signal is aborted (without an error); throws ApiError for an ERROR event. */
  watch<T extends KubeObject>(resource: Resource<T>, options?: WatchOptions): AsyncIterable<WatchEvent<T>>
  /** The namespace is the object's own. apiVersion and kind are filled in from the resource. */
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<Stored<T>>
  update<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<Stored<T>>
  patch<T extends KubeObject>(
    resource: Resource<T>,
    name: ObjectName,
    patch: Patch,
    options?: WriteOptions,
  ): Promise<Stored<T>>
  /** Server-side apply. */
  apply<T extends KubeObject>(resource: Resource<T>, object: T, options: ApplyOptions): Promise<Stored<T>>
  delete(resource: Resource, name: ObjectName, options?: DeleteOptions): Promise<unknown>
  deleteCollection(resource: Resource, list: ListOptions, options?: DeleteOptions): Promise<unknown>
  /** POST to a subresource whose body is of another kind: binding, eviction, token. */
  post<Answer>(
    resource: Resource,
    name: ObjectName,
    subresource: string,
    body: object,
    options?: WriteOptions,
  ): Promise<Answer>
  /** Any request at all; does not throw on an error status. */
  raw(request: ApiRequest): Promise<ApiResponse>
  /** Any request that turns the connection into another protocol: exec, attach, port-forward. */
  stream(request: ApiRequest): Promise<{readonly headers: ApiResponse['headers']; readonly socket: Duplex}>
  /** The same connection in another's name (the in-process twin of impersonation), or under another user agent. */
  as(identity: ClientIdentity): ApiClient
}

export interface ClientIdentity {
  readonly user?: string | undefined
  readonly groups?: readonly string[] | undefined
  /** Who writes, in managedFields: the field manager is its part before the slash. */
  readonly userAgent?: string | undefined
}
