// Objects as rows: what `kubectl get` shows.
import {ApiError} from '../../api/errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {KubeObject} from '../../api/object.ts'
import type {ListMeta} from '../../api/schema/types.gen.ts'
import type {Shared} from '../registry/objects.ts'
import {partialOf} from './partial.ts'

export type IncludeObject = 'None' | 'Metadata' | 'Object'

export interface TableOptions {
  readonly version: string
  readonly include: IncludeObject
  readonly nowMs: number
  /** Later events of a watch leave out the columns. */
  readonly headers: boolean
  /** Of the columns, in their order. */
  readonly descriptions?: readonly string[] | undefined
}

export const includeObjectOf = (query: URLSearchParams): IncludeObject => {
  const value = query.get('includeObject') ?? ''
  if (value === '') return 'Metadata'
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value
  throw new ApiError('BadRequest', `unrecognized includeObject value: ${JSON.stringify(value)}`)
}

const rowOf = (kind: Kind, object: Shared, {version, include, nowMs}: TableOptions): Record<string, unknown> => {
  // Cells only read; kinds are written against their own mutable types.
  const readable = object as KubeObject
  return {
    cells: kind.columns.map((column) => column.cell(readable, nowMs)),
    ...(kind.conditions ? conditionsOf(kind, readable) : {}),
    object: include === 'None' ? null : include === 'Object' ? object : partialOf(object, version),
  }
}

const conditionsOf = (kind: Kind, object: KubeObject): Record<string, unknown> => {
  const conditions = kind.conditions?.(object) ?? []
  return conditions.length > 0 ? {conditions} : {}
}

export const tableOf = (
  kind: Kind,
  objects: readonly Shared[],
  metadata: ListMeta,
  options: TableOptions,
): Record<string, unknown> => ({
  kind: 'Table',
  apiVersion: `meta.k8s.io/${options.version}`,
  metadata,
  columnDefinitions: options.headers
    ? kind.columns.map(({name, type, format = '', description = '', priority = 0}, index) => ({
        name,
        type,
        format,
        description: options.descriptions?.[index] ?? description,
        priority,
      }))
    : null,
  rows: objects.map((object) => rowOf(kind, object, options)),
})
