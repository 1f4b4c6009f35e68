// Everything the server knows of one kind: data and pure functions. Built-in kinds are files in kinds/, custom ones
// are made from their CRD at run time; the server treats them alike.
import type {FieldErrors} from './field-errors.ts'
import type {KubeObject} from './object.ts'
import type {Resource} from './resource.ts'
import type {Schema} from './schema/contract.ts'

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch'

export interface Column<T extends KubeObject = KubeObject> {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format?: string | undefined
  readonly description?: string | undefined
  /** Without a description: the field whose documentation is it (`spec.type`). */
  readonly doc?: string | undefined
  /** 0: always; 1: only in wide output. */
  readonly priority?: number | undefined
  readonly cell: (object: T, nowMs: number) => string | number | boolean | null
}

/**
 * How objects of a kind are born, changed and checked. All functions get a private copy they may write to
 * (except `old` and in `validate*`). Order on create: default, (admission's changes), prepareForCreate, validate;
 * on update: default, prepareForUpdate, (admission), validateUpdate.
 */
export interface Strategy<T extends KubeObject = KubeObject> {
  /** Defaults that the schema cannot state. Schema defaults are already in place. */
  readonly default?: (object: T) => void
  /** Resets what a creator may not set (status) and sets what the server owns. Generation is kept by the server. */
  readonly prepareForCreate?: (object: T) => void
  /** Keeps what an update may not touch. Without it: the whole status is kept where there is a status subresource. */
  readonly prepareForUpdate?: (object: T, old: T) => void
  readonly validate?: (object: T, errors: FieldErrors) => void
  /** Besides `validate`, which runs as well unless `validateOnlyUpdate`. */
  readonly validateUpdate?: (object: T, old: T, errors: FieldErrors) => void
  readonly validateOnlyUpdate?: boolean
  /** Text for Warning headers. */
  readonly warnings?: (object: T, old: T | undefined) => readonly string[]
  /** What names look like; default: DNS subdomain. Returns complaints. */
  readonly validateName?: (name: string, options: {readonly prefix: boolean}) => readonly string[]
  /** PUT on a name that does not exist creates it. */
  readonly createOnUpdate?: boolean
  /** An update without resourceVersion is refused. */
  readonly requiresVersion?: boolean
  /** What bumps metadata.generation; default: any change outside metadata and status. `false`: this kind has none. */
  readonly generation?: false | ((object: T, old: T) => boolean)
  /** Grace period on delete, in seconds; absent: deleted at once (finalizers aside). */
  readonly gracePeriodSeconds?: (object: T, requested: number | undefined) => number
  /** Written into an object together with its deletionTimestamp (a namespace's phase). */
  readonly beginDelete?: (object: T) => void
  /** Something besides metadata.finalizers holds a deleted object (a namespace's spec.finalizers). */
  readonly holdsDeleted?: (object: T) => boolean
  /** DELETE answers the object it ended, not a Status. */
  readonly returnsDeleted?: boolean
  readonly defaultPropagation?: 'Background' | 'Foreground' | 'Orphan'
}

/** A part of an object under its own path, or an action on it. */
export interface Subresource<T extends KubeObject = KubeObject> {
  readonly verbs: readonly ('create' | 'delete' | 'get' | 'patch' | 'update')[]
  /** The kind it speaks, where that is not its parent's (Scale, Eviction, Binding, TokenRequest). */
  readonly speaks?: {readonly group: string; readonly version: string; readonly kind: string} | undefined
  /** For those that write the parent object (status, resize, ephemeralcontainers, approval, finalize). */
  readonly prepareForUpdate?: ((object: T, old: T) => void) | undefined
  readonly validateUpdate?: ((object: T, old: T, errors: FieldErrors) => void) | undefined
  /** For scale: where replicas and the selector are. */
  readonly scale?:
    | {
        readonly specReplicasPath: string
        readonly statusReplicasPath: string
        /** A JSON path, or a function for kinds whose selector is not a string. */
        readonly selector?: ((object: T) => string) | undefined
      }
    | undefined
}

export interface Kind<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>
  readonly verbs: readonly Verb[]
  readonly schema: Schema
  /** The version objects are kept in, where it is not this one, and the way there and back. */
  readonly storage?:
    | {
        readonly resource: Resource
        readonly toStored: (object: T) => KubeObject
        readonly fromStored: (stored: KubeObject) => T
        /** Where versions differ in more than their name somebody is asked first, about many at once. */
        readonly convert?:
          | ((objects: readonly KubeObject[], apiVersion: string) => Promise<readonly KubeObject[]>)
          | undefined
      }
    | undefined
  readonly subresources: {readonly [name: string]: Subresource<T>}
  readonly columns: readonly Column<T>[]
  /** Field selectors besides metadata.name and metadata.namespace. */
  readonly selectableFields: {readonly [path: string]: (object: T) => string}
  readonly strategy: Strategy<T>
  /** Conditions of an object's row in tables (pods that are done). */
  readonly conditions?: ((object: T) => readonly {readonly [field: string]: unknown}[]) | undefined
  /** Made from a CustomResourceDefinition: items of lists keep their kind and version. */
  readonly custom?: boolean | undefined
  /** Custom kinds: another one where the schema is another. Cheaper than the schema itself, which is made when needed. */
  readonly fingerprint?: string | undefined
  /** A warning that comes with every answer about this kind. */
  readonly deprecated?: string | undefined
  /** Kinds that are answered, never stored (reviews, bindings). */
  readonly virtual?: boolean | undefined
}
