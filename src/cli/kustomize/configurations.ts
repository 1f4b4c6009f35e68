// `configurations` and `crds`: files that say where else, in types of one's own, names, labels and images stand.
import {isMap, mapAt, type Obj} from '../objects.ts'
import {readYaml} from '../yaml/read.ts'
import {type Place, readLocalFile} from './accumulate.ts'
import type {FieldSpec, Kustomization} from './kustomization.ts'

export interface NameReference {
  /** The kind that is referred to. */
  readonly kind: string
  readonly fieldSpecs: readonly FieldSpec[]
}

/** Further fields, by what is done to them. */
export interface Configuration {
  readonly nameReference: readonly NameReference[]
  readonly namePrefix: readonly FieldSpec[]
  readonly nameSuffix: readonly FieldSpec[]
  readonly namespace: readonly FieldSpec[]
  readonly labels: readonly FieldSpec[]
  readonly commonLabels: readonly FieldSpec[]
  readonly commonAnnotations: readonly FieldSpec[]
  readonly images: readonly FieldSpec[]
  readonly replicas: readonly FieldSpec[]
}

const listIn = <T>(content: Obj, field: string): readonly T[] =>
  Array.isArray(content[field]) ? (content[field] as T[]) : []

const configurationIn = (content: Obj): Configuration => ({
  nameReference: listIn(content, 'nameReference'),
  namePrefix: listIn(content, 'namePrefix'),
  nameSuffix: listIn(content, 'nameSuffix'),
  namespace: listIn(content, 'namespace'),
  labels: listIn(content, 'labels'),
  commonLabels: listIn(content, 'commonLabels'),
  commonAnnotations: listIn(content, 'commonAnnotations'),
  images: listIn(content, 'images'),
  replicas: listIn(content, 'replicas'),
})

const together = (all: readonly Configuration[]): Configuration => {
  const none = configurationIn({})
  return Object.fromEntries(
    Object.keys(none).map((field) => [
      field,
      all.flatMap((one): readonly unknown[] => one[field as keyof Configuration]),
    ]),
  ) as unknown as Configuration
}

/** A definition of OpenAPI whose fields are marked as references to objects. */
const referencesIn = (definitions: Obj, name: string, prefix: string, seen: readonly string[]): [string, string][] => {
  const properties = mapAt(definitions[name], 'Schema', 'properties')
  return Object.entries(properties).flatMap(([field, schema]): [string, string][] => {
    if (!isMap(schema)) return []
    const path = `${prefix}${field}`
    const kind = schema['x-kubernetes-object-ref-kind']
    const key = schema['x-kubernetes-object-ref-name-key'] ?? 'name'
    const inner = String(schema.$ref ?? '')
    const deeper =
      inner in definitions && !seen.includes(inner)
        ? referencesIn(definitions, inner, `${path}/`, [...seen, inner])
        : []
    return typeof kind === 'string' ? [[kind, `${path}/${key}`], ...deeper] : deeper
  })
}

const isType = (definition: unknown): boolean => {
  const properties = mapAt(definition, 'Schema', 'properties')
  return ['apiVersion', 'kind', 'metadata'].every((field) => field in properties)
}

const configurationOfTypes = (definitions: Obj): Configuration => {
  const nameReference = Object.keys(definitions)
    .filter((name) => isType(definitions[name]))
    .flatMap((name) =>
      referencesIn(definitions, name, '', [name]).map(([kind, path]): NameReference => {
        const owner = name.slice(name.lastIndexOf('.') + 1)
        return {kind, fieldSpecs: [{kind: owner, path}]}
      }),
    )
  return configurationIn({nameReference})
}

export const configurationOf = (place: Place, {configurations = [], crds = []}: Kustomization): Configuration => {
  const read = (name: string): Obj => {
    const content = readYaml(readLocalFile(place, name).toString('utf8'))
    return isMap(content) ? content : {}
  }
  return together([
    ...configurations.map((name) => configurationIn(read(name))),
    ...crds.map((name) => configurationOfTypes(read(name))),
  ])
}
