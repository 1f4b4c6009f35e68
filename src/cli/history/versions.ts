// What the store remembers of one object: mini's own page, for administrators.
import {hasReason} from '../../api/errors.ts'
import {deepEqual} from '../../api/meta/equal.ts'
import {pathOf} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import {parseGoDuration} from '../go/duration.ts'
import type {Info} from '../input/select.ts'
import {listAt, type Obj, textAt} from '../objects.ts'
import {getJson} from '../request.ts'

export interface Version {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resourceVersion: string
  readonly object?: Obj
}

/** Newest first. */
export const versionsOf = async (
  client: ApiClient,
  {resource, namespace, name}: Pick<Info, 'resource' | 'namespace' | 'name'>,
): Promise<Version[]> => {
  try {
    const path = pathOf(resource, {namespace, name})
    return (await getJson<{items: Version[]}>(client, `/mini/history?path=${encodeURIComponent(path)}`)).items
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
    throw new Error('this cluster keeps no history: only a cluster of mini does', {cause: error})
  }
}

/** When a version was written: the latest time its field managers give, else its creation. */
export const writtenAt = ({object}: Version): string => {
  const times = listAt(object, 'metadata', 'managedFields').map((entry) => textAt(entry, 'time'))
  return (
    [textAt(object, 'metadata', 'creationTimestamp'), ...times]
      .filter((time) => time !== '')
      .sort()
      .at(-1) ?? ''
  )
}

const entriesOf = (version: Version | undefined): Obj[] => listAt(version?.object, 'metadata', 'managedFields')
const ownerOf = (entry: Obj): string => ['manager', 'operation', 'subresource'].map((field) => entry[field]).join('/')

/**
 * Who wrote it: the manager whose entry is another than in the version before. Of several (one gave fields to the other)
 * it is the one who is new, or whose time moved on. Times have seconds only: where nothing in the entries tells, it is one
 * who writes the part that changed, the status or the rest.
 */
export const writtenBy = (version: Version, before: Version | undefined): string => {
  const earlier = new Map(entriesOf(before).map((entry) => [ownerOf(entry), entry]))
  const rank = (entry: Obj): number => {
    const known = earlier.get(ownerOf(entry))
    if (!known) return 3
    if (known.time !== entry.time) return 2
    return deepEqual(known, entry) ? 0 : 1
  }
  const changedPart = deepEqual(version.object?.status, before?.object?.status) ? '' : 'status'
  const fits = (entry: Obj): number => (textAt(entry, 'subresource') === changedPart ? 1 : 0)
  const [writer] = entriesOf(version).toSorted(
    (one, other) =>
      rank(other) - rank(one) || fits(other) - fits(one) || (textAt(one, 'time') > textAt(other, 'time') ? -1 : 1),
  )
  return textAt(writer, 'manager')
}

/** `--at`: a revision, a time, or an age such as 5m. */
export const versionAt = (versions: readonly Version[], at: string, nowMs: number): Version | undefined => {
  if (/^\d+$/.test(at)) return versions.find(({resourceVersion}) => Number(resourceVersion) <= Number(at))
  const age = parseGoDuration(at)
  const moment = typeof age === 'number' ? nowMs - age : Date.parse(at)
  if (Number.isNaN(moment))
    throw new Error(`invalid --at ${JSON.stringify(at)}: give a revision, a time (2026-01-31T12:00:00Z) or an age (5m)`)
  return versions.find((version) => Date.parse(writtenAt(version)) <= moment)
}
