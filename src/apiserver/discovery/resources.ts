// What is served, as discovery lists it: derived from the kinds, never written down twice.
import {createHash} from 'node:crypto'
import type {Kind, Subresource} from '../../api/kind.ts'
import {apiVersionOf, type Resource} from '../../api/resource.ts'
import {storedResource} from '../registry/keys.ts'

export interface ApiResource {
  readonly name: string
  readonly singularName: string
  readonly namespaced: boolean
  readonly group?: string
  readonly version?: string
  readonly kind: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly storageVersionHash?: string
}

const hashOf = (kind: Kind): string => {
  const {group, version, kind: name} = storedResource(kind)
  return createHash('sha256').update(`${group}/${version}/${name}`).digest().subarray(0, 8).toString('base64')
}

const some = <T>(name: string, list: readonly T[]): Record<string, readonly T[]> =>
  list.length > 0 ? {[name]: list} : {}

const resourceEntry = (kind: Kind): ApiResource => {
  const {plural, singular, namespaced, kind: name, shortNames, categories} = kind.resource
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind: name,
    verbs: kind.verbs,
    ...some('shortNames', shortNames),
    ...some('categories', categories),
    ...(kind.verbs.includes('watch') ? {storageVersionHash: hashOf(kind)} : {}),
  }
}

const isOther = ({speaks}: Subresource, resource: Resource): boolean =>
  speaks !== undefined && (speaks.group !== resource.group || speaks.version !== resource.version)

const subresourceEntry = ({resource}: Kind, name: string, subresource: Subresource): ApiResource => ({
  name: `${resource.plural}/${name}`,
  singularName: '',
  namespaced: resource.namespaced,
  ...(isOther(subresource, resource)
    ? {group: subresource.speaks?.group ?? '', version: subresource.speaks?.version ?? ''}
    : {}),
  kind: subresource.speaks?.kind ?? resource.kind,
  verbs: subresource.verbs,
})

const sorted = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1))

const subresourcesOf = (kind: Kind): [string, Subresource][] =>
  sorted(Object.entries(kind.subresources), ([name]) => name)

/** Resources of one group and version, by name. */
export const resourcesOf = (kinds: readonly Kind[]): ApiResource[] =>
  sorted(kinds, (kind) => kind.resource.plural).flatMap((kind) => [
    resourceEntry(kind),
    ...subresourcesOf(kind).map(([name, subresource]) => subresourceEntry(kind, name, subresource)),
  ])

const ownKind = {group: '', version: ''}

export const aggregatedResourcesOf = (kinds: readonly Kind[]): object[] =>
  sorted(kinds, (kind) => kind.resource.plural).map((kind) => {
    const {plural, singular, namespaced, kind: name, shortNames, categories} = kind.resource
    const subresources = subresourcesOf(kind).map(([subresource, rules]) => ({
      subresource,
      responseKind: {
        ...(isOther(rules, kind.resource) && rules.speaks
          ? {group: rules.speaks.group, version: rules.speaks.version}
          : ownKind),
        kind: rules.speaks?.kind ?? name,
      },
      verbs: rules.verbs,
    }))
    return {
      resource: plural,
      responseKind: {...ownKind, kind: name},
      scope: namespaced ? 'Namespaced' : 'Cluster',
      singularResource: singular,
      verbs: kind.verbs,
      ...some('shortNames', shortNames),
      ...some('categories', categories),
      ...some('subresources', subresources),
    }
  })

export interface ServedVersion {
  readonly version: string
  readonly kinds: readonly Kind[]
  /** Whoever serves it does not answer. */
  readonly isStale?: boolean | undefined
}

export interface ServedGroup {
  readonly name: string
  /** The preferred one first. */
  readonly versions: readonly ServedVersion[]
}

/** v2 before v1 before v1beta1 before anything else. */
const versionRank = (version: string): readonly [number, number, number] => {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version)
  if (!match) return [-1, 0, 0]
  return [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)]
}

const byRank = (a: ServedVersion, b: ServedVersion): number => {
  const [left, right] = [versionRank(a.version), versionRank(b.version)]
  for (const at of [0, 1, 2] as const) if (left[at] !== right[at]) return right[at] - left[at]
  return a.version < b.version ? -1 : 1
}

/** A version that another server serves. */
export interface OtherVersion {
  readonly group: string
  readonly version: string
  readonly isAvailable: boolean
  readonly kinds: readonly Kind[]
}

/** Groups in the order their first kind was listed, then those that nobody answers for. */
export const groupsOf = (own: readonly Kind[], others: readonly OtherVersion[] = []): ServedGroup[] => {
  const groups = new Map<string, Map<string, Kind[]>>()
  const kinds = [...own, ...others.flatMap(({isAvailable, kinds: theirs}) => (isAvailable ? theirs : []))]
  for (const kind of kinds) {
    const {group, version} = kind.resource
    let versions = groups.get(group)
    if (!versions) groups.set(group, (versions = new Map()))
    const members = versions.get(version)
    if (members) members.push(kind)
    else versions.set(version, [kind])
  }
  for (const {group, version} of others) {
    const versions = groups.get(group) ?? new Map<string, Kind[]>()
    if (!versions.has(version)) versions.set(version, [])
    groups.set(group, versions)
  }
  const isStale = (group: string, version: string): boolean =>
    others.some((other) => other.group === group && other.version === version && !other.isAvailable)
  return [...groups].map(([name, versions]) => ({
    name,
    versions: [...versions]
      .map(([version, members]) => ({version, kinds: members, isStale: isStale(name, version)}))
      .sort(byRank),
  }))
}

export const groupDocument = ({name, versions}: ServedGroup): Record<string, unknown> => {
  const entries = versions.map(({version}) => ({groupVersion: apiVersionOf({group: name, version}), version}))
  return {name, versions: entries, preferredVersion: entries[0]}
}
