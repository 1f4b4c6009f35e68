// Every resource the server has right now, custom and aggregated ones included.

import {ApiError} from '../../api/errors.ts'
import type {KubeObject} from '../../api/object.ts'
import type {Resource} from '../../api/resource.ts'
import type {ApiResponse} from '../../api/transport.ts'
import type {ApiClient} from '../../client/contract.ts'

export interface ServedResource extends Resource<KubeObject> {
  readonly verbs: readonly string[]
  /** Its group likes this version best. */
  readonly isPreferred: boolean
}

export interface Discovered {
  readonly resources: readonly ServedResource[]
  /** Group versions whose (aggregated) server does not answer. */
  readonly stale: readonly string[]
}

interface DiscoveryResource {
  readonly resource: string
  readonly responseKind?: {readonly kind?: string} | undefined
  readonly scope: 'Namespaced' | 'Cluster'
  readonly singularResource?: string
  readonly verbs?: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}
interface DiscoveryGroup {
  readonly metadata?: {readonly name?: string}
  readonly versions?: readonly {
    readonly version: string
    readonly freshness?: string
    readonly resources?: readonly DiscoveryResource[]
  }[]
}

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

export const jsonOf = async ({object, body}: ApiResponse): Promise<unknown> => {
  if (object !== undefined) return object
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

export const discover = async (client: ApiClient, signal: AbortSignal): Promise<Discovered> => {
  const answers = await Promise.all(
    ['/api', '/apis'].map(async (url) => {
      const response = await client.raw({method: 'GET', url, headers: {accept: ACCEPT}, signal})
      if (response.status !== 200) throw new ApiError('InternalError', `discovery answered ${response.status}`)
      return (await jsonOf(response)) as {readonly items?: readonly DiscoveryGroup[]}
    }),
  )
  return parseDiscovery(answers.flatMap(({items = []}) => items))
}

export const parseDiscovery = (groups: readonly DiscoveryGroup[]): Discovered => {
  const resources: ServedResource[] = []
  const stale: string[] = []
  for (const {metadata, versions = []} of groups) {
    const group = metadata?.name ?? ''
    const known = new Set<string>()
    for (const {version, freshness, resources: served = []} of versions) {
      if (freshness === 'Stale') stale.push(group === '' ? version : `${group}/${version}`)
      for (const entry of served) {
        resources.push({
          group,
          version,
          kind: entry.responseKind?.kind ?? '',
          plural: entry.resource,
          singular: entry.singularResource ?? '',
          shortNames: entry.shortNames ?? [],
          categories: entry.categories ?? [],
          namespaced: entry.scope === 'Namespaced',
          verbs: entry.verbs ?? [],
          isPreferred: !known.has(entry.resource),
        })
        known.add(entry.resource)
      }
    }
  }
  return {resources, stale}
}
