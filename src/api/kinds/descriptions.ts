// What a table says about its columns. Most descriptions are the documentation of a field: read only when asked for.
import type {Column, Kind} from '../kind.ts'
import type {Schema} from '../schema/contract.ts'
import {loadDescriptions} from '../schema/definitions.ts'

type Documentation = Awaited<ReturnType<typeof loadDescriptions>>

const documentationOf = (texts: Documentation, schema: Schema, path: string): string => {
  let owner: Schema | undefined = schema
  const fields = path.split('.')
  for (const field of fields.slice(0, -1)) owner = owner?.properties?.[field]
  return texts[owner?.name ?? '']?.[fields.at(-1) ?? ''] ?? ''
}

const known = new WeakMap<Kind, Promise<readonly string[]>>()

/** The description of each of the kind's columns, in their order. */
export const columnDescriptions = (kind: Kind): Promise<readonly string[]> => {
  const made = known.get(kind) ?? read(kind)
  known.set(kind, made)
  return made
}

const read = async (kind: Kind): Promise<readonly string[]> => {
  const isTold = ({doc}: Column): boolean => doc === undefined
  const texts = kind.columns.every(isTold) ? {} : await loadDescriptions()
  return kind.columns.map(({description, doc}) =>
    doc === undefined ? (description ?? '') : documentationOf(texts, kind.schema, doc),
  )
}
