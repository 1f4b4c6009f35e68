// The cluster as admission steps see it: straight from the store.
import {randomUUID} from 'node:crypto'
import type {DeepReadonly, KubeObject, Stored} from '../../api/object.ts'
import {apiVersionOf, type Resource} from '../../api/resource.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Store} from '../../store/contract.ts'
import type {KindTable} from '../kind-table.ts'
import {listPrefix, objectKey} from '../registry/keys.ts'
import {encode, type Objects} from '../registry/objects.ts'
import {timestamp} from '../timestamp.ts'
import type {AdmissionContext} from './contract.ts'

export interface ContextOptions {
  readonly store: Store
  readonly objects: Objects
  readonly kinds: KindTable
  readonly clock: Clock
  readonly decide: AdmissionContext['decide']
}

const replace = async (
  {store, objects}: ContextOptions,
  resource: Resource,
  object: Stored<KubeObject>,
): Promise<boolean> => {
  const {name, namespace = '', resourceVersion} = object.metadata
  const outcome = await store.update(
    objectKey(resource, namespace, name),
    (revision) => {
      const next = {...object, metadata: {...object.metadata, resourceVersion: String(revision)}}
      const bytes = encode(next)
      objects.remember(bytes, next)
      return bytes
    },
    Number(resourceVersion),
  )
  return outcome.kind === 'written'
}

const createNew = async (
  {store, objects, clock}: ContextOptions,
  resource: Resource,
  object: KubeObject,
): Promise<boolean> => {
  const {name = '', namespace = ''} = object.metadata ?? {}
  const metadata = {...object.metadata, uid: randomUUID(), creationTimestamp: timestamp(clock.now())}
  const outcome = await store.create(objectKey(resource, namespace, name), (revision) => {
    const next = {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      ...object,
      metadata: {...metadata, resourceVersion: String(revision)},
    }
    const bytes = encode(next)
    objects.remember(bytes, next)
    return bytes
  })
  return outcome.kind === 'written'
}

export const admissionContext = (options: ContextOptions): AdmissionContext => {
  const {store, objects} = options
  return {
    get<T extends KubeObject>(
      resource: Resource<T>,
      {namespace = '', name}: {namespace?: string | undefined; name: string},
    ) {
      const entry = store.get(objectKey(resource, namespace, name))
      return entry && (objects.stored(entry) as unknown as DeepReadonly<Stored<T>>)
    },
    list<T extends KubeObject>(resource: Resource<T>, namespace = '') {
      const {entries} = store.list(listPrefix(resource, namespace))
      return entries.map((entry) => objects.stored(entry) as unknown as DeepReadonly<Stored<T>>)
    },
    replace: (resource, object) => replace(options, resource, object as Stored<KubeObject>),
    create: (resource, object) => createNew(options, resource, object),
    async remove(resource, {namespace = '', name}) {
      await store.delete(objectKey(resource, namespace, name))
    },
    decide: options.decide,
    clock: options.clock,
  }
}
