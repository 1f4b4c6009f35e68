// A resource: how a kind is called and where it lives. Light on purpose: controllers and the CLI name resources
// without loading what the server knows of them (schema, defaulting, validation: see kinds/).
import type {KubeObject} from './object.ts'

export interface Resource<T extends KubeObject = KubeObject> {
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  /** Only for the compiler: the type of this resource's objects. */
  readonly objectType?: T
}

export const apiVersionOf = ({group, version}: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`

/** `deployments.apps`: the name of a resource across versions, as errors and RBAC have it. */
export const groupResourceOf = ({group, plural}: Pick<Resource, 'group' | 'plural'>): string =>
  group === '' ? plural : `${plural}.${group}`

export const splitApiVersion = (apiVersion: string): {group: string; version: string} => {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? {group: '', version: apiVersion}
    : {group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1)}
}

export interface PathOptions {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
}

/** The resource's path on the server. */
export const pathOf = (resource: Resource, {namespace, name, subresource}: PathOptions = {}): string => {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`
  return `${root}${scope}/${resource.plural}${object}${subresource ? `/${subresource}` : ''}`
}
