// The built-in definitions as they are written to disk: as Schema, but with names for references.
import type {Schema} from './contract.ts'

export interface RawSchema extends Omit<Partial<Schema>, 'properties' | 'values' | 'items' | 'patchStrategy'> {
  /** Another definition's name. */
  readonly ref?: string
  readonly properties?: {readonly [field: string]: RawSchema}
  readonly values?: RawSchema
  readonly items?: RawSchema
  readonly patchStrategy?: readonly string[]
}

export interface RawDefinition extends RawSchema {
  /** Group, version and kind of what has them. */
  readonly kinds?: readonly (readonly [group: string, version: string, kind: string])[]
  readonly unions?: unknown
}
