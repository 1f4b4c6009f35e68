// What every Kubernetes object has in common.
import type {ListMeta, ObjectMeta} from './schema/types.gen.ts'

export interface KubeObject {
  apiVersion?: string | undefined
  kind?: string | undefined
  metadata?: ObjectMeta | undefined
}

/** An object as it comes out of the API: identity is always there. */
export type Stored<T extends KubeObject> = T & {
  apiVersion: string
  kind: string
  metadata: ObjectMeta & {name: string; uid: string; resourceVersion: string; creationTimestamp: string}
}

export interface KubeList<T extends KubeObject> {
  apiVersion: string
  kind: string
  metadata: ListMeta
  items: Stored<T>[]
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

export interface WatchEvent<T extends KubeObject> {
  readonly type: WatchEventType
  readonly object: Stored<T>
}

export interface ObjectName {
  readonly namespace?: string | undefined
  readonly name: string
}

/** What a cache or an informer hands out: read it, never write it. */
export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? {readonly [Key in keyof T]: DeepReadonly<T[Key]>}
    : T

/** `namespace/name`, or `name` alone for what lives in no namespace. */
export const keyOf = (object: DeepReadonly<KubeObject>): string => {
  const {namespace, name = ''} = object.metadata ?? {}
  return namespace ? `${namespace}/${name}` : name
}

export const splitKey = (key: string): ObjectName => {
  const slash = key.indexOf('/')
  return slash < 0 ? {name: key} : {namespace: key.slice(0, slash), name: key.slice(slash + 1)}
}
