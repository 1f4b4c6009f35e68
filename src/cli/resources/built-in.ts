// The resources every cluster has, by every name they go by: no discovery is needed for them.
import type {Resource} from '../../api/resource.ts'
import * as table from '../../api/resources.ts'

const isResource = (value: unknown): value is Resource =>
  typeof value === 'object' && value !== null && 'plural' in value

/** Groups that win when a name is in several: `events` is the core group's. */
const all: readonly Resource[] = Object.values(table).filter(isResource)

const versionRank = ({version}: {readonly version: string}): number => Number.parseInt(version.slice(1), 10) || 0

const rank = ({group, version}: Resource): number =>
  group === '' ? 0 : group === 'events.k8s.io' ? 2 : version.includes('beta') || version.includes('alpha') ? 3 : 1

const ordered = all.toSorted((one, other) => rank(one) - rank(other) || versionRank(other) - versionRank(one))

export const builtInResources: readonly Resource[] = ordered

export const namesOf = (resource: Resource): string[] => [
  resource.plural,
  resource.singular,
  resource.kind.toLowerCase(),
  ...resource.shortNames,
]

export const builtInByName = (
  name: string,
  version: string | undefined,
  group: string | undefined,
): Resource | undefined =>
  ordered.find(
    (resource) =>
      (group === undefined || resource.group === group || (group !== '' && resource.group.startsWith(`${group}.`))) &&
      (version === undefined || resource.version === version) &&
      namesOf(resource).includes(name),
  )

/** Resources of other groups with the same short name: who means one of those must say so. */
export const alsoShort = (name: string, chosen: Resource): readonly Resource[] =>
  chosen.shortNames.includes(name)
    ? ordered.filter(({group, shortNames}) => group !== chosen.group && shortNames.includes(name))
    : []

export const builtInByKind = (group: string, version: string, kind: string): Resource | undefined =>
  ordered.find((resource) => resource.group === group && resource.version === version && resource.kind === kind)
