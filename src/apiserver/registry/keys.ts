// Where objects live in the store: `/registry/<group>/<resource>[/<namespace>]/<name>`.
import type {Kind} from '../../api/kind.ts'
import type {Resource} from '../../api/resource.ts'

export const rootPrefix = '/registry/'

/** The version a kind is kept in: its own, or the one it names. */
export const storedResource = (kind: Kind): Resource => kind.storage?.resource ?? kind.resource

/** `/registry/core/pods/`: the parts before namespace and name. */
export const prefixOf = ({group, plural}: Pick<Resource, 'group' | 'plural'>): string =>
  `${rootPrefix}${group === '' ? 'core' : group}/${plural}/`

export const listPrefix = (resource: Resource, namespace: string): string =>
  prefixOf(resource) + (resource.namespaced && namespace !== '' ? `${namespace}/` : '')

export const objectKey = (resource: Resource, namespace: string, name: string): string =>
  listPrefix(resource, namespace) + name

/** The part of a key that names its resource: up to the fourth slash. */
export const resourcePrefixOf = (key: string): string => {
  const group = key.indexOf('/', rootPrefix.length)
  return key.slice(0, key.indexOf('/', group + 1) + 1)
}
