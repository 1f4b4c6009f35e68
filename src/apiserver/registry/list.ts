// Reading many objects: at one revision, page by page.
import type {Kind} from '../../api/kind.ts'
import type {ListMeta} from '../../api/schema/types.gen.ts'
import type {Entry, Revision} from '../../store/contract.ts'
import {CompactedError, FutureRevisionError} from '../../store/contract.ts'
import type {Backend} from '../backend.ts'
import {badRequest, expired} from '../errors.ts'
import type {Selection} from '../request/selection.ts'
import {decodeContinue, encodeContinue} from './continue-token.ts'
import {listPrefix, objectKey, storedResource} from './keys.ts'
import {waitForRevision} from './wait.ts'

export interface ListQuery {
  readonly namespace: string
  readonly selection: Selection
  /** 0: no limit. */
  readonly limit: number
  readonly continue: string
  readonly resourceVersion: string
  readonly resourceVersionMatch: string
}

export interface Listed {
  readonly entries: readonly Entry[]
  readonly metadata: ListMeta
  readonly revision: Revision
}

interface Start {
  readonly after?: string | undefined
  readonly atRevision?: Revision | undefined
}

const startOf = async (backend: Backend, query: ListQuery, prefix: string): Promise<Start> => {
  if (query.continue !== '') {
    const token = decodeContinue(query.continue)
    return {after: prefix + token.start, atRevision: token.revision > 0 ? token.revision : undefined}
  }
  const {resourceVersion, resourceVersionMatch} = query
  if (resourceVersion === '' || resourceVersion === '0') return {}
  const revision = Number(resourceVersion)
  if (resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && query.limit > 0)) {
    await waitForRevision(backend, revision)
    return {atRevision: revision}
  }
  await waitForRevision(backend, revision)
  return {}
}

export const listEntries = async (backend: Backend, kind: Kind, query: ListQuery): Promise<Listed> => {
  const resource = storedResource(kind)
  const prefix = listPrefix(resource, query.namespace)
  const start = await startOf(backend, query, prefix)
  try {
    return query.selection.matches
      ? await select(backend, kind, query, prefix, start)
      : page(backend, query, prefix, start)
  } catch (error) {
    throw translated(error, query)
  }
}

const translated = (error: unknown, query: ListQuery): unknown => {
  if (error instanceof CompactedError)
    return expired(
      query.continue === ''
        ? `The resourceVersion for the provided list is too old.`
        : 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    )
  if (error instanceof FutureRevisionError) return badRequest(`resourceVersion ${error.requested} is in the future`)
  return error
}

const metadataOf = (
  revision: Revision,
  prefix: string,
  last: Entry | undefined,
  remaining: number | undefined,
): ListMeta => ({
  resourceVersion: String(revision),
  ...(last ? {continue: encodeContinue(revision, last.key.slice(prefix.length))} : {}),
  ...(last && remaining !== undefined ? {remainingItemCount: remaining} : {}),
})

const page = (backend: Backend, query: ListQuery, prefix: string, start: Start): Listed => {
  const {entries, revision, remaining} = backend.store.list(prefix, {
    ...start,
    ...(query.limit > 0 ? {limit: query.limit} : {}),
  })
  return {
    entries,
    revision,
    metadata: metadataOf(revision, prefix, remaining > 0 ? entries.at(-1) : undefined, remaining),
  }
}

const select = async (
  backend: Backend,
  kind: Kind,
  query: ListQuery,
  prefix: string,
  start: Start,
): Promise<Listed> => {
  const {selection, limit} = query
  const all = candidates(backend, kind, query, prefix, start)
  await backend.objects.prepare(kind, all.entries)
  const entries: Entry[] = []
  for (const entry of all.entries) {
    if (!selection.matches?.(backend.objects.object(kind, entry))) continue
    if (limit > 0 && entries.length === limit)
      return {entries, revision: all.revision, metadata: metadataOf(all.revision, prefix, entries.at(-1), undefined)}
    entries.push(entry)
  }
  return {entries, revision: all.revision, metadata: metadataOf(all.revision, prefix, undefined, undefined)}
}

/** A selection by name looks at one key, not at all of them. */
const candidates = (
  backend: Backend,
  kind: Kind,
  query: ListQuery,
  prefix: string,
  start: Start,
): {readonly entries: readonly Entry[]; readonly revision: Revision} => {
  const {name, namespace} = query.selection
  const resource = storedResource(kind)
  const within = query.namespace || (namespace ?? '')
  if (name !== undefined && (within !== '' || !resource.namespaced) && start.after === undefined) {
    const revision = start.atRevision ?? backend.store.currentRevision()
    const entry = backend.store.get(objectKey(resource, within, name), start.atRevision)
    return {entries: entry ? [entry] : [], revision}
  }
  const narrowed = within === query.namespace || start.after !== undefined ? prefix : listPrefix(resource, within)
  return backend.store.list(narrowed, start)
}
