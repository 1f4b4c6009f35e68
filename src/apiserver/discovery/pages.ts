// /api, /apis and what is below: aggregated for clients that ask for it, with an ETag; one document each for others.
import {createHash} from 'node:crypto'
import type {Page} from '../backend.ts'
import {noSuchPath} from '../errors.ts'
import type {KindTable} from '../kind-table.ts'
import {type Call, headerOf} from '../request/call.ts'
import type {Answer} from '../respond/answer.ts'
import {jsonResponse, textResponse} from '../respond/status.ts'
import {
  aggregatedResourcesOf,
  groupDocument,
  groupsOf,
  type OtherVersion,
  resourcesOf,
  type ServedGroup,
} from './resources.ts'

export interface DiscoveryOptions {
  readonly kinds: KindTable
  /** Where the server says it can be reached. */
  readonly serverAddress: () => string
  /** What others serve (aggregated APIs). */
  readonly others?: {readonly generation: number; versions(): readonly OtherVersion[]}
}

interface Document {
  readonly bytes: Buffer
  readonly etag: string
  readonly object: object
}

const documentOf = (object: object): Document => {
  const bytes = Buffer.from(`${JSON.stringify(object)}\n`)
  return {bytes, object, etag: `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`}
}

const aggregated = (groups: readonly ServedGroup[]): Document =>
  documentOf({
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({name, versions}) => ({
      metadata: name === '' ? {} : {name},
      versions: versions.map(({version, kinds, isStale}) => ({
        version,
        ...(isStale ? {} : {resources: aggregatedResourcesOf(kinds)}),
        freshness: isStale ? 'Stale' : 'Current',
      })),
    })),
  })

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const wantsAggregated = (call: Call): boolean =>
  headerOf(call, 'accept')
    .split(',')
    .some((type) => type.includes('as=APIGroupDiscoveryList') && /v=v2(;|$)/.test(type) && type.includes('json'))

/** Documents are made on first use and again when a kind comes or goes. */
class Documents {
  readonly #options: DiscoveryOptions
  #generation = -1
  #groups: readonly ServedGroup[] = []
  #core: Document | undefined
  #named: Document | undefined

  constructor(options: DiscoveryOptions) {
    this.#options = options
  }

  #fresh(): readonly ServedGroup[] {
    const {kinds, others} = this.#options
    const generation = kinds.generation + (others?.generation ?? 0)
    if (generation !== this.#generation) {
      this.#generation = generation
      this.#groups = groupsOf(kinds.all(), others?.versions())
      this.#core = this.#named = undefined
    }
    return this.#groups
  }

  get named(): readonly ServedGroup[] {
    return this.#fresh().filter(({name}) => name !== '')
  }

  group(name: string): ServedGroup | undefined {
    return this.#fresh().find((group) => group.name === name)
  }

  aggregated(core: boolean): Document {
    const groups = this.#fresh()
    if (core) return (this.#core ??= aggregated(groups.filter(({name}) => name === '')))
    return (this.#named ??= aggregated(groups.filter(({name}) => name !== '')))
  }
}

const aggregatedAnswer = (call: Call, {bytes, etag, object}: Document): Answer => {
  const headers = {'content-type': aggregatedType, etag, vary: 'Accept', 'cache-control': 'public'}
  if (headerOf(call, 'if-none-match') === etag)
    return {type: 'raw', response: {status: 304, headers, body: Buffer.alloc(0)}}
  return {type: 'raw', response: {status: 200, headers, body: bytes, object}}
}

const resourceList = (group: ServedGroup | undefined, name: string, version: string): Answer => {
  const served = group?.versions.find((candidate) => candidate.version === version)
  if (!served) throw noSuchPath()
  return jsonResponse(200, {
    kind: 'APIResourceList',
    ...(name === '' ? {} : {apiVersion: 'v1'}),
    groupVersion: name === '' ? version : `${name}/${version}`,
    resources: resourcesOf(served.kinds),
  })
}

export const discoveryPage = (options: DiscoveryOptions): Page => {
  const documents = new Documents(options)
  const legacy = (): Answer =>
    jsonResponse(200, {
      kind: 'APIVersions',
      versions: documents.group('')?.versions.map(({version}) => version) ?? [],
      serverAddressByClientCIDRs: [{clientCIDR: '0.0.0.0/0', serverAddress: options.serverAddress()}],
    })
  return (call, path) => {
    const parts = path.split('/').filter((part, at) => part !== '' || at === 0)
    const [, root, second, third] = parts
    if (root !== 'api' && root !== 'apis') return undefined
    if (path.includes('//')) throw noSuchPath()
    const length = parts.length - 1
    if (length === 1) {
      if (wantsAggregated(call)) return aggregatedAnswer(call, documents.aggregated(root === 'api'))
      if (root === 'api') return legacy()
      return jsonResponse(200, {kind: 'APIGroupList', apiVersion: 'v1', groups: documents.named.map(groupDocument)})
    }
    if (root === 'api') return length === 2 ? resourceList(documents.group(''), '', second ?? '') : undefined
    const group = second ? documents.group(second) : undefined
    if (length === 2)
      return group
        ? jsonResponse(200, {kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group)})
        : textResponse(404, '404 page not found\n')
    if (length === 3) return resourceList(group, second ?? '', third ?? '')
    return undefined
  }
}
