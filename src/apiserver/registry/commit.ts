// The last step of every write: object to bytes, bytes to the store, outcome to an error where there is one.
import {ApiError} from '../../api/errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import {apiVersionOf} from '../../api/resource.ts'
import type {Entry, Revision} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {alreadyExists, modified, notFound} from '../errors.ts'
import {objectKey, storedResource} from './keys.ts'
import {encode, type Shared} from './objects.ts'

const objectLimitBytes = 1.5 * 1024 * 1024

export type Written = Pick<Entry, 'value' | 'revision'>

/** The object in the version it is kept in. */
export const storedForm = (kind: Kind, object: KubeObject): KubeObject | Promise<KubeObject> => {
  const {storage} = kind
  if (!storage) return object
  const apiVersion = apiVersionOf(storage.resource)
  if (!storage.convert || object.apiVersion === apiVersion) return storage.toStored(object)
  // The webhook gets its own copy: what it is not asked about stays as it is.
  return storage
    .convert([structuredClone(object)], apiVersion)
    .then(([converted]) => storage.toStored(converted ?? object))
}

/** What a write would leave, for those that are only tried. */
export const dryEntry = async (kind: Kind, object: KubeObject): Promise<Pick<Written, 'value'>> => ({
  value: encode(await storedForm(kind, object)),
})

export const keyFor = (kind: Kind, namespace: string, name: string): string =>
  objectKey(storedResource(kind), kind.resource.namespaced ? namespace : '', name)

/** The order in which the real server writes metadata. */
const metadataFields = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const

const versioned = (object: KubeObject, revision: Revision): KubeObject => {
  const {kind, apiVersion, metadata = {}, ...rest} = object
  const ordered: Record<string, unknown> = {}
  for (const field of metadataFields)
    if (field === 'resourceVersion') ordered[field] = String(revision)
    else if (metadata[field] !== undefined) ordered[field] = metadata[field]
  return {kind, apiVersion, metadata: ordered, ...rest}
}

/** Makes the bytes once the revision is known and keeps what they decode to. */
class Serializer {
  readonly #backend: Backend
  readonly #object: KubeObject
  bytes: Buffer = Buffer.alloc(0)

  constructor(backend: Backend, object: KubeObject) {
    this.#backend = backend
    this.#object = object
    // Too large is said before anything is written.
    if (roughSize(object) > objectLimitBytes) throw new ApiError('', 'etcdserver: request is too large', {code: 500})
  }

  readonly value = (revision: Revision): Buffer => {
    const object = versioned(this.#object, revision)
    this.bytes = encode(object)
    this.#backend.objects.remember(this.bytes, object)
    return this.bytes
  }
}

/** Only objects that may be too large are measured exactly. */
const roughSize = (object: KubeObject): number => {
  const seen = countText(object)
  return seen > objectLimitBytes / 8 ? Buffer.byteLength(JSON.stringify(object)) : seen
}

const countText = (value: unknown): number => {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let size = 2
  if (Array.isArray(value)) for (const inner of value) size += 1 + countText(inner)
  else for (const key in value) size += key.length + 4 + countText((value as Record<string, unknown>)[key])
  return size
}

export const commitNew = async (
  backend: Backend,
  kind: Kind,
  object: KubeObject,
  where: {readonly namespace: string; readonly name: string},
): Promise<Written> => {
  const serializer = new Serializer(backend, await storedForm(kind, object))
  const outcome = await backend.store.create(keyFor(kind, where.namespace, where.name), serializer.value)
  if (outcome.kind === 'written') return {value: serializer.bytes, revision: outcome.revision}
  if (outcome.kind === 'exists') {
    const deleting = backend.objects.stored(outcome.current).metadata.deletionTimestamp !== undefined
    throw alreadyExists(kind.resource, where.name, deleting ? 'object is being deleted: ' : '')
  }
  throw modified(kind.resource, where.name)
}

/** Conflicts are a value: who may, tries again on what is there now. */
export type Commit = {readonly written: Written} | {readonly current: Entry}

export const commitChange = async (
  backend: Backend,
  kind: Kind,
  key: string,
  object: KubeObject,
  ifRevision: Revision,
): Promise<Commit> => {
  const serializer = new Serializer(backend, await storedForm(kind, object))
  const outcome = await backend.store.update(key, serializer.value, ifRevision)
  if (outcome.kind === 'written') return {written: {value: serializer.bytes, revision: outcome.revision}}
  if (outcome.kind === 'conflict' || outcome.kind === 'exists') return {current: outcome.current}
  throw notFound(kind.resource, object.metadata?.name ?? '')
}

/** Watchers see the object as it last was, at the revision of its end. */
export const commitDelete = async (backend: Backend, kind: Kind, entry: Entry): Promise<Commit> => {
  const last = backend.objects.stored(entry) as KubeObject
  const serializer = new Serializer(backend, last)
  const outcome = await backend.store.delete(entry.key, entry.revision, serializer.value)
  if (outcome.kind === 'written') return {written: {value: serializer.bytes, revision: outcome.revision}}
  if (outcome.kind === 'conflict' || outcome.kind === 'exists') return {current: outcome.current}
  throw notFound(kind.resource, last.metadata?.name ?? '')
}

export const isDeleting = (object: KubeObject | Shared): boolean => object.metadata?.deletionTimestamp !== undefined
