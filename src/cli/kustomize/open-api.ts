// How lists of a type merge: as Kubernetes says, or as the file of `openapi` does for types of one's own.
import type {Schema} from '../../api/schema/contract.ts'
import {definitionOf} from '../../api/schema/definitions.ts'
import {isMap, listAt, mapAt, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {type Place, readLocalFile} from './accumulate.ts'
import type {Kustomization} from './kustomization.ts'

export type TypeName = Parameters<typeof definitionOf>[0]
export type OwnSchemas = Map<string, Schema>

const nameOf = ({group, version, kind}: TypeName): string => `${group}/${version}/${kind}`

const converted = (value: unknown, definitions: Obj): Schema => {
  const given = isMap(value) ? value : {}
  const reference = typeof given.$ref === 'string' ? given.$ref.split('/').at(-1) : undefined
  if (reference !== undefined && definitions[reference] !== value) return converted(definitions[reference], definitions)
  const properties = Object.entries(mapAt(given, 'properties')).map(([field, inner]) => [
    field,
    converted(inner, definitions),
  ])
  const strategy = given['x-kubernetes-patch-strategy']
  const key = given['x-kubernetes-patch-merge-key']
  return {
    ...(properties.length > 0 ? {properties: Object.fromEntries(properties)} : {}),
    ...(given.items === undefined ? {} : {items: converted(given.items, definitions)}),
    ...(typeof strategy === 'string' ? {patchStrategy: strategy} : {}),
    ...(typeof key === 'string' ? {patchMergeKey: key} : {}),
  } as unknown as Schema
}

/** Takes up the types that the kustomization's own file describes. */
export const readOpenApi = (place: Place, {openapi}: Kustomization): void => {
  if (!openapi?.path) return
  const content = readYaml(readLocalFile(place, openapi.path).toString('utf8'))
  const definitions = mapAt(content, 'definitions')
  for (const definition of Object.values(definitions))
    for (const type of listAt(definition, 'x-kubernetes-group-version-kind'))
      place.schemas.set(nameOf(type as unknown as TypeName), converted(definition, definitions))
}

export const schemaOf = ({schemas}: Place, type: TypeName): Schema | undefined =>
  schemas.get(nameOf(type)) ?? definitionOf(type)
