// Which objects a command is about: arguments, selectors and files, with the complaints kubectl has.
import {ApiError, hasReason} from '../../api/errors.ts'
import {pathOf, type Resource} from '../../api/resource.ts'
import type {Connection} from '../connection/connection.ts'
import type {Io} from '../io.ts'
import {nameOf, namespaceOf, type Obj, stringsAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {createMapper, type Mapper, NoKindMatch} from '../resources/mapper.ts'
import type {Document} from './documents.ts'

export interface Info {
  readonly resource: Resource
  /** '' for what lives in no namespace. */
  readonly namespace: string
  readonly name: string
  /** From the server, or from the file. */
  object: Obj
  /** The file; '' for objects from the server. */
  readonly source: string
}

export interface SelectOptions {
  readonly io: Io
  readonly connect: () => Promise<Connection>
  readonly args: readonly string[]
  readonly filenames?: readonly string[] | undefined
  readonly recursive?: boolean | undefined
  readonly kustomize?: string | undefined
  readonly selector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** A type without names means all of its objects. */
  readonly all?: boolean | undefined
  /** A selector in itself, beside which there may be no other and no names. */
  readonly selectAll?: boolean | undefined
  readonly allNamespaces?: boolean | undefined
  readonly chunkSize?: number | undefined
  readonly subresource?: string | undefined
  /** A type without a name means all of them. */
  readonly listTypes?: boolean | undefined
  /** Files alone, no server: kinds are believed. */
  readonly local?: boolean | undefined
  /** Objects of files must have a kind and a version, and this says so in the words of validation. */
  readonly validate?: 'Strict' | 'Warn' | 'Ignore' | undefined
  readonly mapper?: Mapper | undefined
  /** Objects of files are fetched, so that `object` is the live one. */
  readonly latest?: boolean | undefined
}

export type Wanted =
  | {readonly kind: 'named'; readonly resource: Resource; readonly namespace: string; readonly name: string}
  | {readonly kind: 'listed'; readonly resource: Resource; readonly namespace: string}
  | {readonly kind: 'local'; readonly info: Info}
  | {readonly kind: 'failed'; readonly error: unknown}

export interface Selection {
  readonly wanted: readonly Wanted[]
  /** One name of one type was asked for: the answer is an object, not a list. */
  readonly single: boolean
  readonly mapper: Mapper
  readonly fromFiles: boolean
  /** A single file was named: it is had whole, or not at all. */
  readonly fromOneFile?: boolean
}

export const missingResource = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`

const typeThenName =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"

const sourcesOf = async ({
  io,
  filenames = [],
  recursive = false,
  kustomize,
  validate,
}: SelectOptions): Promise<(Document | Error)[]> => {
  const documents: (Document | Error)[] = []
  if (kustomize) {
    const {buildKustomization} = await import('../kustomize/build.ts')
    try {
      const objects = await buildKustomization(kustomize, io)
      documents.push(...objects.map((object: Obj) => ({object, source: kustomize})))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      documents.push(error)
    }
  }
  // Only who reads files pays for reading YAML.
  const [{documentsIn}, {readSources}] = await Promise.all([import('./documents.ts'), import('./files.ts')])
  for (const source of await readSources(io, filenames, recursive))
    documents.push(...documentsIn(source, validate === 'Strict'))
  return documents
}

const guessedResource = (object: Obj): Resource => {
  const kind = String(object.kind)
  const apiVersion = String(object.apiVersion ?? '')
  const slash = apiVersion.indexOf('/')
  const singular = kind.toLowerCase()
  return {
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
    plural: singular.endsWith('s')
      ? `${singular}es`
      : singular.endsWith('y')
        ? `${singular.slice(0, -1)}ies`
        : `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: namespaceOf(object) !== '',
  }
}

const localInfo = async (document: Document, options: SelectOptions, mapper: Mapper): Promise<Info> => {
  const {object, source} = document
  const name = nameOf(object)
  if (options.local) return {resource: guessedResource(object), namespace: namespaceOf(object), name, object, source}
  let resource: Resource
  try {
    resource = await mapper.byKind(String(object.apiVersion ?? ''), String(object.kind))
  } catch (error) {
    if (!(error instanceof NoKindMatch)) throw error
    throw new Error(
      `resource mapping not found for name: ${JSON.stringify(name)} namespace: ${JSON.stringify(namespaceOf(object))} from ${JSON.stringify(source)}: ${error.message}\nensure CRDs are installed first`,
      {cause: error},
    )
  }
  const {namespace, namespaceGiven} = await options.connect()
  if (!resource.namespaced) return {resource, namespace: '', name, object, source}
  const own = namespaceOf(object)
  if (own !== '' && namespaceGiven && own !== namespace)
    throw new Error(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    )
  if (own === '') {
    const metadata = typeof object.metadata === 'object' && object.metadata !== null ? (object.metadata as Obj) : {}
    metadata.namespace = namespace
    object.metadata = metadata
  }
  return {resource, namespace: own || namespace, name, object, source}
}

const wantedFiles = async (options: SelectOptions, mapper: Mapper): Promise<Wanted[]> => {
  const wanted: Wanted[] = []
  for (const document of await sourcesOf(options))
    try {
      if (document instanceof Error) throw document
      wanted.push({kind: 'local', info: await localInfo(document, options, mapper)})
    } catch (error) {
      wanted.push({kind: 'failed', error})
    }
  return wanted
}

/** Of files a selector takes what is labelled so in the file. */
const labelFilter = async (selector: string): Promise<(object: Obj) => boolean> => {
  if (selector === '') return () => true
  const [{parseLabelSelector}, {labelSelector}] = await Promise.all([
    import('../label-selector.ts'),
    import('../../api/meta/label-selector.ts'),
  ])
  const matches = labelSelector(parseLabelSelector(selector))
  return (object) => matches(stringsAt(object, 'metadata', 'labels'))
}

const splitTuple = (arg: string): {type: string; name: string} => {
  const [type = '', name = '', ...rest] = arg.split('/')
  if (rest.length > 0) throw new Error('arguments in resource/name form may not have more than one slash')
  if (type === '' || name === '')
    throw new Error('arguments in resource/name form must have a single resource and name')
  return {type, name}
}

export const select = async (options: SelectOptions): Promise<Selection> => {
  const mapper =
    options.mapper ??
    createMapper(
      async () => (await options.connect()).client,
      (text) => options.io.err(`Warning: ${text}\n`),
    )
  const {args, selector = '', fieldSelector = '', all = false, selectAll = false, allNamespaces = false} = options
  const hasFiles = (options.filenames?.length ?? 0) > 0 || Boolean(options.kustomize)
  if (hasFiles) {
    if (args.length > 0)
      throw new Error('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well')
    const labelled = await labelFilter(selector)
    const wanted = (await wantedFiles(options, mapper)).filter(
      (one) => one.kind !== 'local' || labelled(one.info.object),
    )
    const [only] = options.filenames ?? []
    return {
      wanted,
      single: wanted.length === 1 && options.filenames?.length === 1 && only !== undefined,
      fromOneFile: options.filenames?.length === 1 && only !== '-',
      mapper,
      fromFiles: true,
    }
  }
  if (options.local) throw new Error(missingResource)
  if (selectAll && (selector !== '' || fieldSelector !== ''))
    throw new Error("setting 'all' parameter but found a non empty selector. ")
  if (args.length === 0) throw new Error(missingResource)
  const bySelector = selector !== '' || fieldSelector !== '' || selectAll
  const tuples = args.filter((arg) => arg.includes('/'))
  if (tuples.length > 0) {
    if (tuples.length < args.length)
      throw new Error(
        args[0]?.includes('/')
          ? "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
          : typeThenName,
      )
    const pairs = args.map(splitTuple)
    if (bySelector) throw new Error('selectors and the all flag cannot be used when passing resource/name arguments')
    return named(
      options,
      mapper,
      await Promise.all(pairs.map(async ({type, name}) => ({resource: await mapper.byWord(type), name}))),
    )
  }
  const [types = '', ...names] = args
  if (names.length > 0 && bySelector) throw new Error('name cannot be provided when a selector is specified')
  const words = types.split(',')
  if (names.length > 0) {
    const resources = (await Promise.all(words.map((word) => mapper.expand(word)))).flat()
    return named(
      options,
      mapper,
      resources.flatMap((resource) => names.map((name) => ({resource, name}))),
    )
  }
  const resources = (await Promise.all(words.map((word) => mapper.expand(word)))).flat()
  if (!bySelector && !all && !options.listTypes) throw new Error('resource(s) were provided, but no name was specified')
  const {namespace} = await options.connect()
  return {
    wanted: resources.map((resource) => ({
      kind: 'listed',
      resource,
      namespace: resource.namespaced && !allNamespaces ? namespace : '',
    })),
    single: false,
    mapper,
    fromFiles: false,
  }
}

const named = async (
  options: SelectOptions,
  mapper: Mapper,
  pairs: readonly {readonly resource: Resource; readonly name: string}[],
): Promise<Selection> => {
  if (options.allNamespaces) throw new Error('a resource cannot be retrieved by name across all namespaces')
  const {namespace} = await options.connect()
  return {
    wanted: pairs.map(({resource, name}) => ({
      kind: 'named',
      resource,
      name,
      namespace: resource.namespaced ? namespace : '',
    })),
    single: pairs.length === 1,
    mapper,
    fromFiles: false,
  }
}

export const listUrl = (
  resource: Resource,
  namespace: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return `${pathOf(resource, {namespace})}${text === '' ? '' : `?${text}`}`
}

/** What was sought, before the server's words. */
export const listFailure = (error: unknown, resource: Resource, labels: string, fields: string): unknown => {
  if (!hasReason(error, 'BadRequest', 'NotFound')) return error
  const where = JSON.stringify(`${resource.group}/${resource.version}, Resource=${resource.plural}`)
  const sought =
    labels === '' && fields === ''
      ? `Unable to list ${where}`
      : `Unable to find ${where} that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}`
  return new ApiError(error.reason, `${sought}: ${error.message}`, {
    code: error.code,
    details: error.details,
    cause: error,
  })
}

interface ListAnswer {
  readonly kind?: string
  readonly apiVersion?: string
  readonly metadata?: {readonly continue?: string}
  readonly items?: readonly Obj[]
}

const listAll = async (options: SelectOptions, resource: Resource, namespace: string): Promise<Info[]> => {
  const {client} = await options.connect()
  const infos: Info[] = []
  let next: string | undefined
  do {
    const url = listUrl(resource, namespace, {
      labelSelector: options.selector,
      fieldSelector: options.fieldSelector,
      limit: (options.chunkSize ?? 500) > 0 ? (options.chunkSize ?? 500) : undefined,
      continue: next,
    })
    const answer = await getJson<ListAnswer>(client, url).catch((error: unknown) => {
      throw listFailure(error, resource, options.selector ?? '', options.fieldSelector ?? '')
    })
    const kind = answer.kind?.replace(/List$/, '') ?? resource.kind
    for (const item of answer.items ?? []) {
      const object = {apiVersion: answer.apiVersion, kind, ...item}
      infos.push({resource, namespace: namespaceOf(item), name: nameOf(item), object, source: ''})
    }
    next = answer.metadata?.continue || undefined
  } while (next)
  return infos
}

export const fetchObject = async (
  options: Pick<SelectOptions, 'connect' | 'subresource'>,
  {resource, namespace, name}: Pick<Info, 'resource' | 'namespace' | 'name'>,
): Promise<Obj> => {
  if (name === '') throw new Error('resource name may not be empty')
  const {client} = await options.connect()
  return getJson<Obj>(client, pathOf(resource, {namespace, name, subresource: options.subresource}))
}

export interface Gathered {
  readonly infos: Info[]
  readonly errors: unknown[]
  readonly single: boolean
  readonly mapper: Mapper
  readonly fromFiles: boolean
}

/** The selected objects with their content; what could not be had is among the errors. */
export const gather = async (options: SelectOptions): Promise<Gathered> => {
  const {wanted, single, mapper, fromFiles} = await select(options)
  const infos: Info[] = []
  const errors: unknown[] = []
  for (const one of wanted)
    try {
      if (one.kind === 'failed') throw one.error
      if (one.kind === 'listed') infos.push(...(await listAll(options, one.resource, one.namespace)))
      else if (one.kind === 'local') {
        if (options.latest && !options.local) one.info.object = await fetchObject(options, one.info)
        infos.push(one.info)
      } else infos.push({...one, object: await fetchObject(options, one), source: ''})
    } catch (error) {
      errors.push(error)
    }
  return {infos, errors, single, mapper, fromFiles}
}

/** The type as messages name it: `deployment.apps`. */
export const typeName = (resource: Pick<Resource, 'group' | 'kind'>): string =>
  `${resource.kind.toLowerCase()}${resource.group === '' ? '' : `.${resource.group}`}`
