// Fills in what most kinds have in common: all verbs, the schema by name, nothing special.
import type {Column, Kind, Strategy, Subresource, Verb} from '../kind.ts'
import type {KubeObject} from '../object.ts'
import type {Resource} from '../resource.ts'
import type {Schema} from '../schema/contract.ts'
import {definitionOf} from '../schema/definitions.ts'

export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]

export interface KindOptions<T extends KubeObject> {
  readonly resource: Resource<T>
  readonly columns: readonly Column<T>[]
  readonly verbs?: readonly Verb[]
  readonly subresources?: {readonly [name: string]: Subresource<T>}
  readonly selectableFields?: {readonly [path: string]: (object: T) => string}
  readonly strategy?: Strategy<T>
  readonly storage?: Kind<T>['storage']
  readonly virtual?: boolean
  /** metadata.generation starts at 1 and follows changes. */
  readonly deprecated?: string
  readonly conditions?: Kind<T>['conditions']
  readonly countsGenerations?: boolean
}

const schemaOfResource = (resource: Resource): Schema => {
  const found = definitionOf(resource)
  if (found === undefined)
    throw new Error(`there is no schema of ${resource.group}/${resource.version} ${resource.kind}`)
  return found
}

/** The schema is looked up when it is first asked for, so that loading a kind costs nothing. */
export const defineKind = <T extends KubeObject>(options: KindOptions<T>): Kind => {
  let schema: Schema | undefined
  const schemaOf = (): Schema => {
    schema ??= schemaOfResource(options.resource)
    return schema
  }
  const kind: Kind<T> = {
    resource: options.resource,
    verbs: options.verbs ?? allVerbs,
    columns: options.columns,
    subresources: options.subresources ?? {},
    selectableFields: options.selectableFields ?? {},
    strategy: options.countsGenerations ? (options.strategy ?? {}) : {...options.strategy, generation: false},
    storage: options.storage,
    virtual: options.virtual,
    deprecated: options.deprecated,
    conditions: options.conditions,
    get schema(): Schema {
      return schemaOf()
    },
  }
  // The server only ever hands a kind objects of that kind: the one place where the type is let go.
  return kind as unknown as Kind
}
