// Changing an object: read, change, check, write if nobody was faster, else again on what is there now.
import {isDeepStrictEqual} from 'node:util'
import {FieldErrors, invalidObject} from '../../api/field-errors.ts'
import type {Kind, Subresource} from '../../api/kind.ts'
import {checkedResource, validateChange} from '../../api/kinds/validate.ts'
import type {KubeObject} from '../../api/object.ts'
import {differOnlyInTimes} from '../../api/patch/managed-fields.ts'
import {apiVersionOf} from '../../api/resource.ts'
import {normalize} from '../../api/schema/decode.ts'
import {applyDefaults} from '../../api/schema/defaults.ts'
import type {Entry} from '../../store/contract.ts'
import type {AdmissionRequest} from '../admission/contract.ts'
import type {Backend} from '../backend.ts'
import {conflict, modified, notFound} from '../errors.ts'
import {commitChange, commitDelete, dryEntry, isDeleting, keyFor, type Written} from '../registry/commit.ts'
import {copyOf} from '../registry/freeze.ts'
import {setManagers, trackUpdate} from '../registry/managers.ts'
import type {Shared} from '../registry/objects.ts'
import type {Call} from '../request/call.ts'
import type {WriteOptions} from '../request/write-options.ts'
import {keepSpec, keepStatus} from './status-rules.ts'

export interface Change {
  readonly backend: Backend
  readonly call: Call
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly options: WriteOptions
  readonly subresource?: {readonly name: string; readonly rules: Subresource} | undefined
  /** The object as it shall be: a private copy. Asked again after a conflict. */
  readonly next: (old: Shared) => KubeObject | Promise<KubeObject>
  /** A uid in the object is a precondition: 409 where it is another's. Otherwise it is a field that cannot change. */
  readonly requiresUid?: boolean | undefined
  /** How to write managedFields; default: the manager owns what it changed. */
  readonly track?: ((object: KubeObject, old: Shared) => void) | undefined
  /** What admission is shown instead of the object (a Scale). */
  readonly admits?: Admits | undefined
}

/** A part of an object that is an object of its own to admission (a Scale, a Binding). */
export interface Admits {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly show: (object: KubeObject | Shared) => KubeObject
}

const attempts = 20

export const changeObject = async (change: Change): Promise<Pick<Written, 'value'>> => {
  const {backend, kind, name} = change
  const key = keyFor(kind, change.namespace, name)
  let entry = backend.store.get(key)
  for (let tried = 0; tried < attempts; tried++) {
    if (!entry) throw notFound(kind.resource, name)
    const outcome = await attempt(change, key, entry)
    if ('written' in outcome) return outcome.written
    entry = outcome.current
  }
  throw modified(kind.resource, name)
}

type Outcome = {readonly written: Pick<Written, 'value'>} | {readonly current: Entry}

/** What the client may not change, or need not repeat. */
const carryOver = (change: Change, object: KubeObject, old: Shared): void => {
  const {kind, name} = change
  const metadata = (object.metadata ??= {})
  const said = metadata.resourceVersion
  if (said && said !== '0' && said !== old.metadata.resourceVersion) throw modified(kind.resource, name)
  if (change.requiresUid && metadata.uid && metadata.uid !== old.metadata.uid)
    throw conflict(kind.resource, name, uidDiffers(change, metadata.uid, old.metadata.uid))
  if (!said && kind.strategy.requiresVersion) {
    const errors = new FieldErrors()
    errors.add('FieldValueInvalid', 'metadata.resourceVersion', '0: must be specified for an update')
    const {group, plural} = checkedResource(kind)
    throw invalidObject({group, kind: plural}, name, errors.list)
  }
  metadata.resourceVersion = old.metadata.resourceVersion
  metadata.uid ??= old.metadata.uid
  metadata.creationTimestamp = old.metadata.creationTimestamp
  metadata.deletionTimestamp ??= old.metadata.deletionTimestamp
  metadata.deletionGracePeriodSeconds ??= old.metadata.deletionGracePeriodSeconds
  if (metadata.deletionTimestamp === undefined) delete metadata.deletionTimestamp
  if (metadata.deletionGracePeriodSeconds === undefined) delete metadata.deletionGracePeriodSeconds
  delete metadata.selfLink
  if (kind.strategy.generation !== false) metadata.generation = old.metadata.generation ?? 1
  else if (metadata.generation === undefined && old.metadata.generation !== undefined)
    metadata.generation = old.metadata.generation
}

const uidDiffers = ({kind, namespace, name}: Change, said: string, is: string): string => {
  const place = [kind.resource.plural, ...(namespace === '' ? [] : [namespace]), name].join('/')
  return `StorageError: invalid object, Code: 4, Key: /registry/${place}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${said}, UID in object meta: ${is}`
}

const prepare = (change: Change, object: KubeObject, old: KubeObject): void => {
  const {kind, subresource} = change
  applyDefaults(object, kind.schema)
  kind.strategy.default?.(object)
  if (subresource) {
    if (subresource.rules.prepareForUpdate) subresource.rules.prepareForUpdate(object, old)
    else if (subresource.name === 'status') keepSpec(object, old)
  } else {
    if (kind.strategy.prepareForUpdate) kind.strategy.prepareForUpdate(object, old)
    else if ('status' in kind.subresources) keepStatus(object, old)
  }
  bumpGeneration(change, object, old)
}

const outsideMetadata = (object: KubeObject): Record<string, unknown> => {
  const {metadata: _metadata, status: _status, ...rest} = object as KubeObject & {status?: unknown}
  return rest
}

const bumpGeneration = ({kind, subresource}: Change, object: KubeObject, old: KubeObject): void => {
  const {generation} = kind.strategy
  if (generation === false || !object.metadata || subresource?.name === 'status') return
  const changed = generation
    ? generation(object, old)
    : !isDeepStrictEqual(outsideMetadata(object), outsideMetadata(old))
  if (changed) object.metadata.generation = (old.metadata?.generation ?? 0) + 1
}

const validate = (change: Change, object: KubeObject, old: KubeObject): void => {
  const {kind, subresource, call} = change
  const special = subresource?.rules.validateUpdate
  const errors = special ? new FieldErrors() : validateChange(kind, object, old)
  special?.(object, old, errors)
  if (errors.list.length > 0) throw invalidObject(checkedResource(kind), change.name, errors.list)
  for (const text of kind.strategy.warnings?.(object, old) ?? []) call.warnings.add(text)
}

const attempt = async (change: Change, key: string, entry: Entry): Promise<Outcome> => {
  const {backend, kind, options} = change
  await backend.objects.prepare(kind, [entry])
  const old = backend.objects.object(kind, entry)
  const object = await change.next(old)
  carryOver(change, object, old)
  const before = old as KubeObject
  prepare(change, object, before)
  // Before admission: nobody owns what its steps set.
  track(change, object, old)
  const request = admissionRequest(change, object, old)
  let stored = false
  try {
    await backend.admission.mutate(request)
    validate(change, object, before)
    await backend.admission.validate(request)
    const made = kind.custom ? object : normalize(object, kind.schema)
    if (differOnlyInTimes(before, made) && isCurrent(backend, kind, entry)) return {written: entry}
    if (options.dryRun) return {written: await dryEntry(kind, made)}
    const outcome = endsLife(change.kind, made, before)
      ? await finish(change, entry, made)
      : await commitChange(backend, kind, key, made, entry.revision)
    stored = 'written' in outcome
    return outcome
  } finally {
    await backend.admission.settle(request, stored)
  }
}

/** A write that changes nothing still brings an object that is kept in an old form into today's. */
const isCurrent = ({objects}: Backend, {storage}: Kind, entry: Entry): boolean =>
  storage === undefined || objects.stored(entry).apiVersion === apiVersionOf(storage.resource)

/** Managers own what they sent and its defaults, not what admission and the server add. */
const track = (change: Change, object: KubeObject, old: Shared): void => {
  const {kind, options, subresource, backend} = change
  const sent = kind.custom ? object : normalize(object, kind.schema)
  if (change.track) change.track(sent, old)
  else
    trackUpdate(kind, sent, old, {
      name: options.fieldManager,
      subresource: subresource?.name,
      nowMs: backend.clock.now(),
    })
  setManagers(object, sent.metadata?.managedFields)
}

const oldFor = ({admits}: Change, old: Shared): AdmissionRequest['old'] => {
  if (!admits) return old
  return admits.operation === 'CREATE' ? undefined : (admits.show(old) as unknown as AdmissionRequest['old'])
}

const admissionRequest = (change: Change, object: KubeObject, old: Shared): AdmissionRequest => ({
  operation: change.admits?.operation ?? 'UPDATE',
  kind: change.kind,
  subresource: change.subresource?.name,
  namespace: change.namespace === '' ? undefined : change.namespace,
  name: change.name,
  user: change.call.user,
  dryRun: change.options.dryRun,
  object: change.admits?.show(object) ?? object,
  old: oldFor(change, old),
  options: change.options.raw,
  warn: (text) => change.call.warnings.add(text),
  annotate: (annotation, value) => change.call.annotations.set(annotation, value),
})

const isHeld = (kind: Kind, object: KubeObject): boolean =>
  (object.metadata?.finalizers ?? []).length > 0 || kind.strategy.holdsDeleted?.(object) === true

/** The last finalizer of something that was deleted is gone. */
const endsLife = (kind: Kind, object: KubeObject, old: KubeObject): boolean =>
  isDeleting(old) &&
  !isHeld(kind, object) &&
  isHeld(kind, old) &&
  (object.metadata?.deletionGracePeriodSeconds ?? 0) === 0

const finish = async ({backend, kind}: Change, entry: Entry, object: KubeObject): Promise<Outcome> => {
  const outcome = await commitDelete(backend, kind, entry)
  if ('current' in outcome) return outcome
  const last = copyOf(object)
  if (last.metadata) last.metadata.resourceVersion = String(outcome.written.revision)
  return {written: await dryEntry(kind, last)}
}
