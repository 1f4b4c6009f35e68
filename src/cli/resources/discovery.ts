// What a server offers, by its aggregated discovery documents, or group by group from one that has none.
import type {Resource} from '../../api/resource.ts'
import {splitApiVersion} from '../../api/resource.ts'
import type {ApiClient} from '../../client/contract.ts'
import {getJson} from '../request.ts'

export interface Discovered extends Resource {
  readonly verbs: readonly string[]
  readonly subresources: readonly string[]
  /** Whether the group's preferred version. */
  readonly preferred: boolean
}

export interface DiscoveredGroup {
  readonly name: string
  readonly versions: readonly string[]
}

export interface Discovery {
  readonly groups: readonly DiscoveredGroup[]
  readonly resources: readonly Discovered[]
}

interface GroupDiscovery {
  readonly metadata: {readonly name?: string}
  readonly versions: readonly {
    readonly version: string
    readonly resources?: readonly {
      readonly resource: string
      readonly responseKind?: {readonly kind: string}
      readonly scope: string
      readonly singularResource?: string
      readonly shortNames?: readonly string[]
      readonly categories?: readonly string[]
      readonly verbs: readonly string[]
      readonly subresources?: readonly {readonly subresource: string}[]
    }[]
  }[]
}

interface ResourceList {
  readonly groupVersion: string
  readonly resources: readonly {
    readonly name: string
    readonly singularName: string
    readonly namespaced: boolean
    readonly kind: string
    readonly verbs: readonly string[]
    readonly shortNames?: readonly string[]
    readonly categories?: readonly string[]
  }[]
}

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

const fromAggregated = (items: readonly GroupDiscovery[]): Discovery => ({
  groups: items.map(({metadata, versions}) => ({
    name: metadata.name ?? '',
    versions: versions.map(({version}) => version),
  })),
  resources: items.flatMap(({metadata, versions}) =>
    versions.flatMap(({version, resources = []}, index) =>
      resources.map((resource) => ({
        group: metadata.name ?? '',
        version,
        kind: resource.responseKind?.kind ?? '',
        plural: resource.resource,
        singular: resource.singularResource ?? '',
        shortNames: resource.shortNames ?? [],
        categories: resource.categories ?? [],
        namespaced: resource.scope === 'Namespaced',
        verbs: resource.verbs,
        subresources: (resource.subresources ?? []).map(({subresource}) => subresource),
        preferred: index === 0,
      })),
    ),
  ),
})

const fromList = (list: ResourceList, preferred: boolean): Discovered[] => {
  const {group, version} = splitApiVersion(list.groupVersion)
  return list.resources
    .filter(({name}) => !name.includes('/'))
    .map((resource) => ({
      group,
      version,
      kind: resource.kind,
      plural: resource.name,
      singular: resource.singularName,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      namespaced: resource.namespaced,
      verbs: resource.verbs,
      subresources: list.resources
        .filter(({name}) => name.startsWith(`${resource.name}/`))
        .map(({name}) => name.slice(resource.name.length + 1)),
      preferred,
    }))
}

const oneByOne = async (client: ApiClient): Promise<Discovery> => {
  const core = await getJson<{versions: string[]}>(client, '/api')
  const {groups} = await getJson<{groups: {name: string; versions: {version: string; groupVersion: string}[]}[]}>(
    client,
    '/apis',
  )
  const paths = [
    ...core.versions.map((version) => ({path: `/api/${version}`, preferred: true})),
    ...groups.flatMap(({versions}) =>
      versions.map(({groupVersion}, index) => ({path: `/apis/${groupVersion}`, preferred: index === 0})),
    ),
  ]
  const lists = await Promise.all(
    paths.map(({path, preferred}) =>
      getJson<ResourceList>(client, path).then(
        (list) => fromList(list, preferred),
        () => [],
      ),
    ),
  )
  return {
    groups: [
      {name: '', versions: core.versions},
      ...groups.map(({name, versions}) => ({name, versions: versions.map(({version}) => version)})),
    ],
    resources: lists.flat(),
  }
}

/** From the server; kept where the client's discovery is kept. */
export const discover = async (client: ApiClient): Promise<Discovery> => {
  const discovery = await ask(client)
  const {writeCached} = await import('./discovery-cache.ts')
  writeCached(client, discovery)
  return discovery
}

const ask = async (client: ApiClient): Promise<Discovery> => {
  const [core, groups] = await Promise.all([
    getJson<{items?: GroupDiscovery[]}>(client, '/api', {accept: aggregated}),
    getJson<{items?: GroupDiscovery[]}>(client, '/apis', {accept: aggregated}),
  ])
  if (!core.items || !groups.items) return oneByOne(client)
  return fromAggregated([...core.items, ...groups.items])
}
