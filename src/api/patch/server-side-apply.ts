// Server-side apply: a manager states the fields it wants; the server merges them, takes out what the manager no longer
// states, refuses to overrule others unless forced, and remembers who owns what.
import {ApiError} from '../errors.ts'
import type {KubeObject} from '../object.ts'
import type {Schema} from '../schema/contract.ts'
import {isObject, setOwn} from '../schema/own.ts'
import type {ManagedFieldsEntry} from '../schema/types.gen.ts'
import {compareObjects, withoutIdentity} from './fields/compare.ts'
import {mergeFields} from './fields/merge.ts'
import {fieldsOfConfig} from './fields/of-config.ts'
import {removeFields} from './fields/remove.ts'
import {
  difference,
  differenceWithChildren,
  emptySet,
  type FieldSet,
  intersection,
  isEmptySet,
  pathsOf,
  setOfFields,
  union,
} from './fields/set.ts'
import {objectSchema} from './fields/structure.ts'
import {
  blankOf,
  type Entries,
  entryOf,
  fieldsOf,
  isWriter,
  sortEntries,
  takeAway,
  type Writer,
} from './managed-fields.ts'

export interface ApplyRequest {
  /** Absent: the apply creates the object. */
  readonly live?: KubeObject | undefined
  /** The body, as plain JSON. */
  readonly config: KubeObject
  readonly schema: Schema
  readonly manager: string
  readonly apiVersion: string
  readonly subresource?: string | undefined
  readonly force: boolean
  readonly timeMs: number
  /** Fields that cannot be set this way; they are neither owned nor taken away. */
  readonly ignored?: FieldSet | undefined
}

export interface Applied {
  /** Merged JSON, not yet decoded: run it through `decode` or prune it. Its managedFields are set. */
  readonly object: KubeObject
  readonly managedFields: Entries
}

interface Prepared extends ApplyRequest {
  /** What the apply starts from when there is no object. */
  readonly blank: object
}

interface Conflict {
  readonly entry: ManagedFieldsEntry
  readonly fields: FieldSet
}

const beforeApply = 'before-first-apply'
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
const identity = setOfFields(
  'apiVersion',
  'kind',
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((field) => `metadata.${field}`),
)

const describe = ({manager = '', operation, subresource, apiVersion, time}: ManagedFieldsEntry): string => {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '')
  if (operation !== 'Update') return name
  return time ? `${name} using ${apiVersion} at ${time}` : `${name} using ${apiVersion}`
}

const conflictError = (conflicts: readonly Conflict[]): ApiError => {
  const all = conflicts.flatMap(({entry, fields}) => {
    // When a manager wrote is no part of who it is.
    const who = describe({...entry, time: undefined})
    return pathsOf(fields).map((path) => ({who, path}))
  })
  const [only] = all
  const groups = Map.groupBy(all, ({who}) => who)
  const lines = [...groups].flatMap(([who, fields]) => [
    `conflicts with ${who}:`,
    ...fields.map(({path}) => `- ${path}`),
  ])
  const text =
    all.length === 1 && only
      ? `1 conflict: conflict with ${only.who}: ${only.path}`
      : `${all.length} conflicts: ${lines.join('\n')}`
  return new ApiError('Conflict', `Apply failed with ${text}`, {
    details: {
      causes: all.map(({who, path}) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${who}`,
        field: path,
      })),
    },
  })
}

const gvkText = (apiVersion: string, kind: string): string =>
  `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`

const checkConfig = ({config, schema, apiVersion}: ApplyRequest): FieldSet => {
  if (!config.apiVersion || !config.kind)
    throw new ApiError('BadRequest', `invalid object type: ${gvkText(config.apiVersion ?? '', config.kind ?? '')}`)
  if (config.apiVersion !== apiVersion)
    throw new ApiError(
      'BadRequest',
      `Incorrect version specified in apply patch. Specified patch version: ${config.apiVersion}, expected: ${apiVersion}`,
    )
  if (config.metadata?.managedFields) throw new ApiError('BadRequest', 'metadata.managedFields must be nil')
  const {fields, problems} = fieldsOfConfig({...config}, schema)
  if (problems.length > 0) {
    const {namespace = '', name = ''} = config.metadata ?? {}
    const text = problems.length === 1 ? problems[0] : `errors:\n  ${problems.join('\n  ')}`
    throw new ApiError(
      '',
      `failed to create typed patch object (${namespace}/${name}; ${gvkText(apiVersion, config.kind)}): ${text}`,
    )
  }
  return difference(fields, identity)
}

/** What was set before anybody applied belongs to a manager of its own, so that it is not taken for nobody's. */
const entriesOf = ({live, blank, schema, apiVersion}: Prepared): Entries => {
  const entries = live?.metadata?.managedFields ?? []
  if (!live || entries.length > 0) return entries
  const {changed} = compareObjects(blank, live, schema)
  if (isEmptySet(changed)) return []
  const {time: _, ...entry} = entryOf({manager: beforeApply, operation: 'Update', apiVersion}, changed, 0)
  return [entry]
}

/** What client-side apply last set, for kubectl to take over without asking. */
const takenOver = ({live, schema, manager}: ApplyRequest): FieldSet => {
  const text = live?.metadata?.annotations?.[lastApplied]
  if (manager !== 'kubectl' || text === undefined) return emptySet
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? fieldsOfConfig(value, schema).fields : emptySet
  } catch (error) {
    if (error instanceof SyntaxError) return emptySet
    throw error
  }
}

/** The annotation stays true for clients that still apply on their side. */
const keepLastApplied = (object: Record<string, unknown>, {live, config, manager}: ApplyRequest): void => {
  if (manager !== 'kubectl' || live?.metadata?.annotations?.[lastApplied] === undefined || !isObject(object.metadata))
    return
  const {managedFields: _, ...metadata} = config.metadata ?? {}
  const annotations: Record<string, unknown> = {
    ...(isObject(object.metadata.annotations) ? object.metadata.annotations : {}),
  }
  const {[lastApplied]: __, ...stated} = metadata.annotations ?? {}
  const shown = {...config, metadata: {...metadata, ...(metadata.annotations ? {annotations: stated} : {})}}
  setOwn(annotations, lastApplied, `${JSON.stringify(shown)}\n`)
  object.metadata = {...object.metadata, annotations}
}

const mergeAndPrune = (request: Prepared, former: FieldSet, owned: FieldSet): Record<string, unknown> => {
  const {live, blank, config, schema} = request
  const base = (live ?? blank) as Record<string, unknown>
  const merged = mergeFields(base, {...config}, schema)
  if (isEmptySet(former)) return merged
  const {apiVersion, kind, metadata: identityFields} = merged
  const pruned = removeFields(withoutIdentity(merged), schema, former, owned)
  const rest = isObject(pruned) ? pruned : {}
  const metadata = {...(isObject(rest.metadata) ? rest.metadata : {}), ...identityOf(identityFields)}
  return {apiVersion, kind, ...rest, metadata}
}

const identityOf = (metadata: unknown): Record<string, unknown> => {
  if (!isObject(metadata)) return {}
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => identity['f:metadata']?.[`f:${key}`]))
}

/** Throws ApiError: what is wrong with the configuration, or with whom it is in conflict. */
export const applyConfig = (asked: ApplyRequest): Applied => {
  const request = {...asked, schema: objectSchema(asked.schema), blank: blankOf(asked.schema)}
  const {live, schema, blank, manager, apiVersion, subresource, force, timeMs, ignored} = request
  const writer: Writer = {manager, operation: 'Apply', apiVersion, subresource}
  const all = checkConfig(request)
  const stated = ignored ? differenceWithChildren(all, ignored) : all
  const entries = entriesOf(request)
  const mine = entries.find((entry) => isWriter(entry, writer))
  const others = entries.filter((entry) => entry !== mine)
  const owned = others.map(fieldsOf).reduce(union, stated)
  const formerFields = mine ? fieldsOf(mine) : emptySet
  const former = ignored ? differenceWithChildren(formerFields, ignored) : formerFields

  const object = mergeAndPrune(request, former, owned)
  const delta = compareObjects(live ?? blank, object, schema)
  const allowed = takenOver(request)
  const conflicts = others.flatMap((entry): Conflict[] => {
    const fields = difference(intersection(fieldsOf(entry), delta.changed), allowed)
    return isEmptySet(fields) ? [] : [{entry, fields}]
  })
  if (conflicts.length > 0 && !force) throw conflictError(conflicts)

  const left = takeAway(others, delta.changed, delta.removed)
  const applied = isEmptySet(stated) ? [] : [entryOf(writer, stated, timeMs)]
  const managedFields = sortEntries([...left, ...applied])
  keepLastApplied(object, request)
  const metadata = {...(isObject(object.metadata) ? object.metadata : {})}
  if (managedFields.length > 0) metadata.managedFields = managedFields
  else delete metadata.managedFields
  return {object: {...object, metadata} as KubeObject, managedFields}
}
