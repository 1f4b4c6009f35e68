// Admission: what may still change or refuse a write after it was authenticated, authorized and decoded. A step is a
// file in this folder and a line in index.ts; first every `mutate` in that order, then defaulting and validation of the
// kind, then every `validate`.
import type {Kind} from '../../api/kind.ts'
import type {DeepReadonly, KubeObject, ObjectName, Stored} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Clock} from '../../lib/clock.ts'

export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly kind: Kind
  /** The kind of the request, where a step is shown the object in another version. */
  readonly requested?: Kind | undefined
  readonly subresource?: string | undefined
  readonly namespace?: string | undefined
  /** Empty while generateName has not been resolved. */
  readonly name: string
  readonly user: UserInfo
  readonly dryRun: boolean
  /** The object as it would be stored (for subresources of another kind: the body). `mutate` may write to it. */
  object?: KubeObject | undefined
  readonly old?: DeepReadonly<Stored<KubeObject>> | undefined
  /** CreateOptions, UpdateOptions, PatchOptions or DeleteOptions of the request. */
  readonly options: Readonly<Record<string, unknown>>
  /** Mutations may ask for a second round. */
  rounds?: Rounds | undefined
  /** A Warning header for the client. */
  warn(text: string): void
  /** An annotation in the audit log. */
  annotate(key: string, value: string): void
}

export interface Rounds {
  isSecond: boolean
  wanted: boolean
}

/** The cluster as a step sees it: synchronous reads of what is durable, and checked writes. */
export interface AdmissionContext {
  get<T extends KubeObject>(resource: Resource<T>, name: ObjectName): DeepReadonly<Stored<T>> | undefined
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly DeepReadonly<Stored<T>>[]
  /** Replaces an object if it is still at its resourceVersion; false when it is not. Skips admission. */
  replace<T extends KubeObject>(resource: Resource<T>, object: Stored<T>): Promise<boolean>
  /** Stores a new object as it is (metadata is completed); false when the name is taken. Skips admission. */
  create<T extends KubeObject>(resource: Resource<T>, object: T): Promise<boolean>
  /** Removes an object if it is there. Skips admission, finalizers and grace periods. */
  remove(resource: Resource, name: ObjectName): Promise<void>
  /** What the authorizer says. */
  decide(user: UserInfo, attributes: AccessAttributes): {readonly allowed: boolean; readonly reason: string}
  readonly clock: Clock
}

export interface AccessAttributes {
  readonly verb: string
  /** Of no resource. */
  readonly path?: string | undefined
  readonly group: string
  readonly resource: string
  readonly subresource?: string | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/** Refuse by throwing an ApiError. */
export interface AdmissionStep {
  /** Kubernetes' own name of it: `NamespaceLifecycle`. */
  readonly name: string
  handles(request: AdmissionRequest): boolean
  mutate?(request: AdmissionRequest, context: AdmissionContext): void | Promise<void>
  validate?(request: AdmissionRequest, context: AdmissionContext): void | Promise<void>
  /** After validation passed and the object was stored, or was not (then give back what was reserved). */
  settled?(request: AdmissionRequest, context: AdmissionContext, stored: boolean): void | Promise<void>
}
