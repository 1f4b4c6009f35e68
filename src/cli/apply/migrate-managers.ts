// From client-side to server-side apply: what the client-side manager owned goes over to the server-side one, or fields that
// later leave the configuration would stay for ever.
import {hasReason} from '../../api/errors.ts'
import {pathOf} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import type {Info} from '../input/select.ts'
import {lastAppliedKey, lastAppliedOf} from '../last-applied.ts'
import {isMap, listAt, mapAt, nameOf, namespaceOf, type Obj, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {patchObject, type WriteParameters} from '../write-object.ts'

/** Who owns the annotation of client-side apply once server-side apply has taken over. */
const ANNOTATION_MANAGER = 'kubectl-last-applied'
const MOST_TRIES = 5

type Entry = Obj

const ownsAnnotation = (entry: Entry): boolean => {
  const annotations = mapAt(entry, 'fieldsV1', 'f:metadata', 'f:annotations')
  return `f:${lastAppliedKey}` in annotations
}

const entriesOf = (object: Obj): Entry[] => listAt(object, 'metadata', 'managedFields')

const isUpdate = (entry: Entry, managers: ReadonlySet<string>): boolean =>
  managers.has(textAt(entry, 'manager')) && entry.operation === 'Update' && textAt(entry, 'subresource') === ''

const union = (one: Obj, other: Obj): Obj => {
  const all: Obj = {...one}
  for (const [key, value] of Object.entries(other)) {
    const own = all[key]
    all[key] = isMap(own) && isMap(value) ? union(own, value) : (own ?? value)
  }
  return all
}

/** The entries with those of client-side managers merged into the server-side one; undefined: there are none. */
export const upgradedEntries = (
  entries: readonly Entry[],
  clientSide: ReadonlySet<string>,
  serverSide: string,
): Entry[] | undefined => {
  if (!entries.some((entry) => isUpdate(entry, clientSide))) return undefined
  const isTarget = (entry: Entry): boolean =>
    entry.manager === serverSide && entry.operation === 'Apply' && textAt(entry, 'subresource') === ''
  const existing = entries.findIndex(isTarget)
  const at = existing >= 0 ? existing : entries.findIndex((entry) => isUpdate(entry, clientSide))
  const target = {...entries[at], manager: serverSide, operation: 'Apply'} as Entry
  for (const entry of entries)
    if (isUpdate(entry, clientSide) && entry.apiVersion === target.apiVersion)
      target.fieldsV1 = union(mapAt(target, 'fieldsV1'), mapAt(entry, 'fieldsV1'))
  return entries.map((entry, index) => (index === at ? target : entry)).filter((entry) => !isUpdate(entry, clientSide))
}

/** The annotation must not go when the client-side manager goes: a manager of its own keeps it. */
const keepAnnotation = async (client: ApiClient, info: Info, live: Obj, parameters: WriteParameters): Promise<Obj> => {
  const annotation = lastAppliedOf(live)
  if (annotation === '') return live
  if (entriesOf(live).some((entry) => entry.operation === 'Apply' && ownsAnnotation(entry))) return live
  const namespace = namespaceOf(live)
  const object = {
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: {
      name: nameOf(live),
      ...(namespace === '' ? {} : {namespace}),
      annotations: {[lastAppliedKey]: annotation},
    },
  }
  return patchObject(client, info, 'apply', object, {...parameters, fieldManager: ANNOTATION_MANAGER})
}

const upgrade = async (
  client: ApiClient,
  info: Info,
  applied: Obj,
  parameters: WriteParameters,
): Promise<Obj | undefined> => {
  let live = applied
  const clientSide = new Set(
    entriesOf(live)
      .filter((entry) => entry.operation === 'Update' && ownsAnnotation(entry))
      .map((entry) => textAt(entry, 'manager')),
  )
  for (let attempt = 1; ; attempt++) {
    const entries = upgradedEntries(entriesOf(live), clientSide, parameters.fieldManager ?? '')
    if (!entries) return undefined
    const patch = [
      {op: 'replace', path: '/metadata/managedFields', value: entries},
      {op: 'replace', path: '/metadata/resourceVersion', value: textAt(live, 'metadata', 'resourceVersion')},
    ]
    try {
      return await patchObject(client, info, 'json', patch, {
        dryRun: parameters.dryRun,
        fieldManager: parameters.fieldManager,
      })
    } catch (error) {
      if (!hasReason(error, 'Conflict') || attempt >= MOST_TRIES) throw error
      live = await getJson<Obj>(client, pathOf(info.resource, info))
    }
  }
}

export interface Migration {
  readonly client: ApiClient
  readonly info: Info
  readonly parameters: WriteParameters
  readonly reapply: () => Promise<Obj>
  readonly warn: (text: string) => void
}

/** After a server-side apply; what fails here is only said, the apply itself was done. */
export const migrateManagers = async (
  applied: Obj,
  {client, info, parameters, reapply, warn}: Migration,
): Promise<Obj> => {
  const {dryRun, fieldManager} = parameters
  const quiet = {dryRun, fieldManager}
  let live = applied
  try {
    if (fieldManager === 'kubectl') live = await keepAnnotation(client, info, live, quiet)
  } catch (error) {
    warn(
      `Warning: failed to migrate ${lastAppliedKey} for Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${messageIn(error)}\n`,
    )
    return live
  }
  try {
    if (!(await upgrade(client, info, live, quiet))) return live
  } catch (error) {
    warn(
      `Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${messageIn(error)}\n`,
    )
    return live
  }
  try {
    return await reapply()
  } catch (error) {
    warn(
      `Warning: failed to re-apply configuration after performing Server-Side Apply migration. This is non-fatal and will be retried next time you apply. Error: ${messageIn(error)}\n`,
    )
    return live
  }
}

const messageIn = (error: unknown): string => (error instanceof Error ? error.message : String(error))
