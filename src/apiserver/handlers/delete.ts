import {ApiError} from '../../api/errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import type {Entry} from '../../store/contract.ts'
import type {AdmissionRequest} from '../admission/contract.ts'
import type {Backend} from '../backend.ts'
import {modified, notFound} from '../errors.ts'
import {commitChange, commitDelete, dryEntry, keyFor, type Written} from '../registry/commit.ts'
import {copyOf} from '../registry/freeze.ts'
import type {Shared} from '../registry/objects.ts'
import type {Call} from '../request/call.ts'
import {type DeleteOptions, deleteOptions} from '../request/delete-options.ts'
import type {Answer} from '../respond/answer.ts'
import {successOf} from '../respond/status.ts'
import {timestamp} from '../timestamp.ts'

export interface Deletion {
  readonly backend: Backend
  readonly call: Call
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
  readonly options: DeleteOptions
}

export type Deleted =
  /** Gone; what it last was. */
  | {readonly outcome: 'gone'; readonly entry: Pick<Written, 'value'>; readonly uid: string}
  /** Marked; finalizers or a grace period hold it. */
  | {readonly outcome: 'marked'; readonly entry: Pick<Written, 'value'>}

export const remove = async (backend: Backend, call: Call, kind: Kind): Promise<Answer> => {
  const options = await deleteOptions(call)
  const {name} = call.info
  const namespace = kind.resource.namespaced ? call.info.namespace : ''
  const deleted = await deleteObject({backend, call, kind, namespace, name, options})
  return deletedAnswer(kind, name, deleted, options)
}

export const deletedAnswer = (kind: Kind, name: string, deleted: Deleted, options: DeleteOptions): Answer => {
  if (deleted.outcome === 'marked')
    return {type: 'entry', status: options.orphanDependents === false ? 202 : 200, kind, entry: deleted.entry}
  if (kind.strategy.returnsDeleted) return {type: 'entry', status: 200, kind, entry: deleted.entry}
  return successOf(kind.resource, name, deleted.uid)
}

const attempts = 20

export const deleteObject = async (deletion: Deletion): Promise<Deleted> => {
  const {backend, kind, name, namespace, options} = deletion
  let entry = backend.store.get(keyFor(kind, namespace, name))
  for (let tried = 0; tried < attempts; tried++) {
    if (!entry) throw notFound(kind.resource, name)
    await backend.objects.prepare(kind, [entry])
    const object = backend.objects.object(kind, entry)
    checkPreconditions(kind, object, options)
    const request = await admit(deletion, object)
    const outcome = await attempt(deletion, entry, object)
    if (!('current' in outcome)) {
      await backend.admission.settle(request, outcome.outcome === 'gone')
      return outcome
    }
    entry = outcome.current
  }
  throw modified(kind.resource, name)
}

const checkPreconditions = (kind: Kind, object: Shared, {uid, resourceVersion}: DeleteOptions): void => {
  const {metadata} = object
  const fail = (why: string): never => {
    throw new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on ${kind.resource.kind} "${metadata.name}": ${why}`,
      {
        details: {
          name: metadata.name,
          ...(kind.resource.group === '' ? {} : {group: kind.resource.group}),
          kind: kind.resource.kind,
        },
      },
    )
  }
  if (uid !== undefined && uid !== metadata.uid)
    fail(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    )
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    fail(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    )
}

const admit = async (
  {backend, call, kind, namespace, name, options}: Deletion,
  old: Shared,
): Promise<AdmissionRequest> => {
  const request = {
    operation: 'DELETE' as const,
    kind,
    namespace: namespace === '' ? undefined : namespace,
    name,
    user: call.user,
    dryRun: options.dryRun,
    old,
    options: options.raw,
    warn: (text: string) => void call.warnings.add(text),
    annotate: (key: string, value: string) => void call.annotations.set(key, value),
  }
  await backend.admission.mutate(request)
  await backend.admission.validate(request)
  return request
}

const orphan = 'orphan'
const foreground = 'foregroundDeletion'

/** The finalizers an object has once it is deleted in this way: the garbage collector acts on them. */
const finalizersAfter = (kind: Kind, object: Shared, options: DeleteOptions): readonly string[] => {
  const has = object.metadata.finalizers ?? []
  const policy = options.propagationPolicy
  const wantsOrphan =
    options.orphanDependents ?? (policy ? policy === 'Orphan' : has.includes(orphan) || defaultsTo(kind, has, 'Orphan'))
  const wantsForeground =
    options.orphanDependents === undefined &&
    (policy ? policy === 'Foreground' : has.includes(foreground) || defaultsTo(kind, has, 'Foreground'))
  const others = has.filter((finalizer) => finalizer !== orphan && finalizer !== foreground)
  if (wantsOrphan) return [...others, orphan]
  return wantsForeground ? [...others, foreground] : others
}

const defaultsTo = (kind: Kind, has: readonly string[], policy: 'Orphan' | 'Foreground'): boolean =>
  !has.includes(orphan) && !has.includes(foreground) && kind.strategy.defaultPropagation === policy

interface Mark {
  readonly deletionTimestamp: string
  readonly deletionGracePeriodSeconds: number
  readonly first: boolean
}

/** How the deletion is written into the object; undefined: as it is already. */
const markOf = ({backend, kind, options}: Deletion, object: Shared): Mark | undefined => {
  const {deletionTimestamp, deletionGracePeriodSeconds: pending = 0} = object.metadata
  const nowMs = backend.clock.now()
  const grace = kind.strategy.gracePeriodSeconds?.(copyOf(object) as KubeObject, options.gracePeriodSeconds) ?? 0
  if (deletionTimestamp === undefined)
    return {
      deletionTimestamp: timestamp(nowMs + grace * 1000),
      deletionGracePeriodSeconds: grace,
      first: true,
    }
  if (options.gracePeriodSeconds === undefined || options.gracePeriodSeconds >= pending) return undefined
  const sooner = Date.parse(deletionTimestamp) - pending * 1000 + grace * 1000
  return {
    deletionTimestamp: timestamp(Math.max(sooner, nowMs)),
    deletionGracePeriodSeconds: grace,
    first: false,
  }
}

const attempt = async (
  deletion: Deletion,
  entry: Entry,
  object: Shared,
): Promise<Deleted | {readonly current: Entry}> => {
  const {backend, kind, options} = deletion
  const finalizers = finalizersAfter(kind, object, options)
  const mark = markOf(deletion, object)
  const graceLeft = mark?.deletionGracePeriodSeconds ?? object.metadata.deletionGracePeriodSeconds ?? 0
  const asksNow = options.gracePeriodSeconds === 0
  if (finalizers.length === 0 && !kind.strategy.holdsDeleted?.(object as KubeObject) && (graceLeft === 0 || asksNow)) {
    const uid = object.metadata.uid
    if (options.dryRun) return {outcome: 'gone', entry, uid}
    const outcome = await commitDelete(backend, kind, entry)
    return 'current' in outcome ? outcome : {outcome: 'gone', entry: outcome.written, uid}
  }
  const next = copyOf(object) as KubeObject
  const metadata = (next.metadata ??= {})
  if (finalizers.length > 0) metadata.finalizers = [...finalizers]
  else delete metadata.finalizers
  if (mark) {
    metadata.deletionTimestamp = mark.deletionTimestamp
    metadata.deletionGracePeriodSeconds = mark.deletionGracePeriodSeconds
    if (mark.first && (metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1
    if (mark.first) kind.strategy.beginDelete?.(next)
  }
  const before = (object.metadata.finalizers ?? []).join()
  if (!mark && before === finalizers.join()) return {outcome: 'marked', entry}
  if (options.dryRun) return {outcome: 'marked', entry: await dryEntry(kind, next)}
  const outcome = await commitChange(backend, kind, entry.key, next, entry.revision)
  return 'current' in outcome ? outcome : {outcome: 'marked', entry: outcome.written}
}
