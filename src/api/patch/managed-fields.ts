// Who set which field: metadata.managedFields, kept on every write. An entry is a manager (name, how it wrote, API
// version, subresource) and the set of fields it owns. Arrays and sets are shared between versions of an object and
// never changed in place.

import {deepEqual} from '../meta/equal.ts'
import {formatTime} from '../meta/time.ts'
import type {KubeObject} from '../object.ts'
import type {Schema} from '../schema/contract.ts'
import {normalize} from '../schema/decode.ts'
import type {ManagedFieldsEntry} from '../schema/types.gen.ts'
import {compareObjects, type Difference} from './fields/compare.ts'
import {difference, differenceWithChildren, emptySet, type FieldSet, isEmptySet, union} from './fields/set.ts'
import {objectSchema} from './fields/structure.ts'

export type Entries = readonly ManagedFieldsEntry[]

export interface Writer {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource?: string | undefined
}

export interface Write extends Omit<Writer, 'operation'> {
  /** Absent on create. */
  readonly old?: KubeObject | undefined
  /** As it will be stored, and as the client sent its managedFields. */
  readonly object: KubeObject
  readonly timeMs: number
  readonly schema: Schema
  /** Fields this way of writing cannot set (`status` of an object with a status subresource): nobody gets to own them. */
  readonly ignored?: FieldSet | undefined
}

/** More than that many updaters are joined, oldest first. */
const maxUpdaters = 10

export const fieldsOf = (entry: ManagedFieldsEntry): FieldSet => (entry.fieldsV1 as FieldSet | undefined) ?? emptySet

/** The same writer, whatever and whenever it wrote. Appliers may change version and stay themselves. */
export const isWriter = (entry: ManagedFieldsEntry, writer: Writer): boolean =>
  entry.manager === writer.manager &&
  entry.operation === writer.operation &&
  (entry.subresource ?? '') === (writer.subresource ?? '') &&
  (writer.operation === 'Apply' || entry.apiVersion === writer.apiVersion)

export const entryOf = (writer: Writer, fields: FieldSet, timeMs: number): ManagedFieldsEntry => ({
  manager: writer.manager,
  operation: writer.operation,
  apiVersion: writer.apiVersion,
  time: formatTime(timeMs),
  fieldsType: 'FieldsV1',
  fieldsV1: fields,
  ...(writer.subresource ? {subresource: writer.subresource} : {}),
})

const compareText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

export const sortEntries = (entries: ManagedFieldsEntry[]): ManagedFieldsEntry[] =>
  entries.sort(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      compareText(a.time, b.time) ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource, b.subresource),
  )

/** Takes fields away from every entry; entries that own nothing any more go. The same array if nothing changes. */
export const takeAway = (entries: Entries, ...taken: readonly FieldSet[]): Entries => {
  let isChanged = false
  const left: ManagedFieldsEntry[] = []
  for (const entry of entries) {
    const had = fieldsOf(entry)
    const has = taken.reduce(difference, had)
    if (has === had) left.push(entry)
    else {
      isChanged = true
      if (!isEmptySet(has)) left.push({...entry, fieldsV1: has})
    }
  }
  return isChanged ? left : entries
}

/** What a single empty entry says: forget who owns what. */
const isReset = (entries: Entries): boolean => entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0

const isUsable = (entries: Entries): boolean =>
  entries.length > 0 &&
  entries.every(
    ({operation, fieldsType, apiVersion}) =>
      (operation === 'Apply' || operation === 'Update') && fieldsType === 'FieldsV1' && Boolean(apiVersion),
  )

/** The entries a write starts from: those the client sent, if it sent any and may. */
const startOf = ({old, object, subresource}: Write): Entries => {
  const known = old?.metadata?.managedFields ?? []
  const sent = object.metadata?.managedFields ?? []
  if (subresource || sent === known) return known
  if (isReset(sent)) return []
  return isUsable(sent) ? sent : known
}

const joinOldest = (entries: Entries): Entries => {
  const updaters = entries.filter((entry) => entry.operation === 'Update')
  const excess = updaters.length - maxUpdaters
  if (excess <= 0) return entries
  // One goes for each that is joined, and the joined entry takes a place itself.
  const oldest = sortEntries([...updaters]).slice(0, excess + 1)
  const buckets = new Map<string, ManagedFieldsEntry>()
  for (const entry of oldest) {
    const version = entry.apiVersion ?? ''
    const bucket = buckets.get(version)
    const fields = bucket ? union(fieldsOf(bucket), fieldsOf(entry)) : fieldsOf(entry)
    buckets.set(version, {...entry, manager: 'ancient-changes', fieldsV1: fields})
  }
  return [...entries.filter((entry) => !oldest.includes(entry)), ...buckets.values()]
}

const own = (entries: Entries, writer: Writer, fields: FieldSet, timeMs: number): Entries => {
  const before = entries.find((entry) => isWriter(entry, writer))
  const all = before ? union(fieldsOf(before), fields) : fields
  return [...entries.filter((entry) => entry !== before), entryOf(writer, all, timeMs)]
}

/** What an object of the type holds before anybody wrote to it. */
const blanks = new WeakMap<Schema, object>()
export const blankOf = (schema: Schema): object => {
  let blank = blanks.get(schema)
  if (!blank) {
    blank = schema.name === undefined ? {metadata: {}} : normalize({}, schema)
    blanks.set(schema, blank)
  }
  return blank
}

/** The managedFields an object has after a write that is not an apply. */
export const trackUpdate = (write: Write): Entries | undefined => {
  const {old, object, timeMs, schema, ignored} = write
  const writer: Writer = {...writerOf(write), operation: 'Update'}
  const start = startOf(write)
  const delta: Difference = compareObjects(old ?? blankOf(schema), object, objectSchema(schema))
  const changed = ignored ? differenceWithChildren(delta.changed, ignored) : delta.changed
  const left = takeAway(start, delta.changed, delta.removed)
  if (isEmptySet(changed)) return left.length === 0 ? undefined : left
  return sortEntries([...joinOldest(own(left, writer, changed, timeMs))])
}

const writerOf = ({manager, apiVersion, subresource}: Write): Omit<Writer, 'operation'> => ({
  manager,
  apiVersion,
  subresource,
})

const withoutTime = ({time: _, ...entry}: ManagedFieldsEntry): object => entry

/** Whether two states differ in nothing but when managers wrote: then the write is none. */
export const differOnlyInTimes = (before: KubeObject, after: KubeObject): boolean => {
  const {managedFields: mine = [], ...metadata} = before.metadata ?? {}
  const {managedFields: theirs = [], ...otherMetadata} = after.metadata ?? {}
  return (
    mine.length === theirs.length &&
    deepEqual(mine.map(withoutTime), theirs.map(withoutTime)) &&
    deepEqual(metadata, otherMetadata) &&
    deepEqual({...before, metadata: undefined}, {...after, metadata: undefined})
  )
}
