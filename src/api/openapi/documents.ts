// The OpenAPI documents of a server: version 3 by group and version with an index, version 2 as one. Made from the same
// schemas everything else uses, when first asked for; kept until the set of kinds changes.
import {createHash} from 'node:crypto'
import type {Kind} from '../kind.ts'
import {loadDescriptions, rawDefinitions} from '../schema/definitions.ts'
import type {RawDefinition, RawSchema} from '../schema/raw.ts'
import {pathsOfKind} from './operations.ts'
import {openApiV2Protobuf} from './protobuf.ts'
import {builtInSchema, customSchema, type Descriptions, type Dialect, refTo} from './schemas.ts'

type Json = Record<string, unknown>
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.'

export interface OpenApiOptions {
  /** The same array until something changes. */
  readonly kinds: () => readonly Kind[]
  /** As /version says it: `v1.36.2`. */
  readonly version: string
}

export interface OpenApi {
  /** GET /openapi/v3 */
  index(): Promise<string>
  /** GET /openapi/v3/<path>, as `apis/apps/v1`; undefined: there is none. */
  document(path: string): Promise<string | undefined>
  /** GET /openapi/v2 */
  v2(): Promise<string>
  /** GET /openapi/v2 for clients that want protobuf. */
  v2Protobuf(): Buffer
}

const pathOfVersion = ({group, version}: {group: string; version: string}): string =>
  group === '' ? `api/${version}` : `apis/${group}/${version}`

/** `com.example.stable.v1.CronTab`: how a custom kind's definition is called. */
const customName = ({group, version, kind}: {group: string; version: string; kind: string}): string =>
  [...group.split('.').reverse(), version, kind].join('.')

const referencesOf = (raw: RawSchema): string[] => [
  ...(raw.ref ? [raw.ref] : []),
  ...Object.values(raw.properties ?? {}).flatMap(referencesOf),
  ...(raw.items ? referencesOf(raw.items) : []),
  ...(raw.values ? referencesOf(raw.values) : []),
]

/** The definitions and all they refer to. */
const closure = (names: Iterable<string>): string[] => {
  const raw = rawDefinitions()
  const all = new Set<string>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const found = raw[name]
    if (!found || all.has(name)) continue
    all.add(name)
    open.push(...referencesOf(found))
  }
  return [...all].sort()
}

const kindNames = (): Map<string, string> => {
  const names = new Map<string, string>()
  for (const [name, {kinds = []}] of Object.entries(rawDefinitions()))
    for (const [group, version, kind] of kinds) names.set(`${group}/${version}/${kind}`, name)
  return names
}

/** Objects of custom kinds have metadata like all others, whatever their schema says of it. */
const customDefinitions = (kind: Kind, dialect: Dialect): [string, Json][] => {
  const {group, version, kind: name} = kind.resource
  const definitionName = customName({group, version, kind: name})
  const own = customSchema(kind.schema)
  const typeMeta = rawDefinitions()[`${meta}Status`]?.properties ?? {}
  const text = (field: 'apiVersion' | 'kind'): Json => ({
    description: typeMetaTexts[field],
    type: typeMeta[field]?.type ?? 'string',
  })
  const metadata = (of: string, description: string): Json => ({
    description,
    ...(dialect === 3 ? {allOf: [refTo(meta + of, 3)]} : refTo(meta + of, 2)),
  })
  const gvk = (suffix: string): Json => ({'x-kubernetes-group-version-kind': [{group, kind: name + suffix, version}]})
  const objectText =
    "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
  const listText =
    'Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds'
  return [
    [
      definitionName,
      {
        ...own,
        properties: {
          apiVersion: text('apiVersion'),
          kind: text('kind'),
          ...((own.properties as Json | undefined) ?? {}),
          metadata: metadata('ObjectMeta', objectText),
        },
        ...gvk(''),
      },
    ],
    [
      `${definitionName}List`,
      {
        description: `${name}List is a list of ${name}`,
        type: 'object',
        required: ['items'],
        properties: {
          apiVersion: text('apiVersion'),
          items: {
            description: `List of ${kind.resource.plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`,
            type: 'array',
            items: dialect === 3 ? {default: {}, allOf: [refTo(definitionName, 3)]} : refTo(definitionName, 2),
          },
          kind: text('kind'),
          metadata: metadata('ListMeta', listText),
        },
        ...gvk('List'),
      },
    ],
  ]
}

const typeMetaTexts = {
  apiVersion:
    'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  kind: 'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
}

interface Parts {
  readonly paths: Json
  readonly schemas: Json
}

const partsOf = (kinds: readonly Kind[], descriptions: Descriptions, dialect: Dialect): Parts => {
  const names = kindNames()
  const customs = kinds.filter((kind) => kind.custom)
  for (const {resource} of customs)
    for (const suffix of ['', 'List'])
      names.set(`${resource.group}/${resource.version}/${resource.kind}${suffix}`, `${customName(resource)}${suffix}`)
  const nameOf = ({group, version, kind}: {group: string; version: string; kind: string}): string | undefined =>
    names.get(`${group}/${version}/${kind}`)
  const paths = Object.assign(
    {},
    ...kinds.map((kind) => pathsOfKind(kind, {dialect, definitionNameOf: nameOf})),
  ) as Json
  const wanted = kinds.flatMap(({resource, subresources, schema}) => [
    schema.name,
    nameOf(resource),
    nameOf({...resource, kind: `${resource.kind}List`}),
    ...Object.values(subresources).map(({speaks}) => speaks && nameOf(speaks)),
  ])
  const always = ['Status', 'DeleteOptions', 'Patch', 'ObjectMeta', 'ListMeta'].map((name) => meta + name)
  const builtIn = closure([...wanted.filter((name) => name !== undefined), ...always]).map((name): [string, Json] => [
    name,
    builtInSchema(name, rawDefinitions()[name] as RawDefinition, descriptions, dialect),
  ])
  const custom = customs.flatMap((kind) => customDefinitions(kind, dialect))
  return {paths, schemas: Object.fromEntries([...builtIn, ...custom].sort(([a], [b]) => (a < b ? -1 : 1)))}
}

const security = {
  BearerToken: {description: 'Bearer Token authentication', in: 'header', name: 'authorization', type: 'apiKey'},
}

export const createOpenApi = ({kinds, version}: OpenApiOptions): OpenApi => {
  const cache = new Map<string, string>()
  let seen: readonly Kind[] | undefined
  let seenCount = 0
  const fresh = (): readonly Kind[] => {
    const now = kinds()
    if (now !== seen || now.length !== seenCount) cache.clear()
    seen = now
    seenCount = now.length
    return now
  }
  const kept = async (key: string, make: () => Promise<string>): Promise<string> => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = await make()
    cache.set(key, made)
    return made
  }
  const info = {title: 'Kubernetes', version}
  const document = async (path: string): Promise<string | undefined> => {
    const members = fresh().filter(({resource}) => pathOfVersion(resource) === path)
    if (members.length === 0) return undefined
    return kept(path, async () => {
      const {paths, schemas} = partsOf(members, await loadDescriptions(), 3)
      return JSON.stringify({openapi: '3.0.0', info, paths, components: {schemas, securitySchemes: security}})
    })
  }
  return {
    document,
    // The hash is of what the document is made from, not of the document: an index should not cost all documents.
    index: async () => {
      const all = fresh()
      return kept('', async () => {
        const paths = [...new Set(all.map(({resource}) => pathOfVersion(resource)))].sort()
        const entries = paths.map((path) => {
          const members = all.filter(({resource}) => pathOfVersion(resource) === path)
          const hash = createHash('sha512').update(version)
          for (const kind of members)
            hash.update(
              JSON.stringify([kind.resource, kind.verbs, Object.keys(kind.subresources), kind.fingerprint ?? '']),
            )
          const serverRelativeURL = `/openapi/v3/${path}?hash=${hash.digest('hex').toUpperCase()}`
          return [path, {serverRelativeURL}]
        })
        return JSON.stringify({paths: Object.fromEntries(entries)})
      })
    },
    v2Protobuf: () => openApiV2Protobuf(fresh(), version),
    v2: async () => {
      const all = fresh()
      return kept('v2', async () => {
        const {paths, schemas} = partsOf(all, await loadDescriptions(), 2)
        return JSON.stringify({
          swagger: '2.0',
          info,
          paths,
          definitions: schemas,
          securityDefinitions: security,
          security: [{BearerToken: []}],
        })
      })
    },
  }
}
