// What a path asks for: the rules by which Kubernetes reads verb, resource, namespace and name out of a URL.
import {badRequest} from '../errors.ts'

export interface RequestInfo {
  /** Decoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Kubernetes' verb for resources; the method in lower case for other paths. */
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** What follows the subresource (proxy paths), without a leading slash. */
  readonly rest: string
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  GET: 'get',
  HEAD: 'get',
  DELETE: 'delete',
}

const noQuery = new URLSearchParams()

const splitUrl = (url: string): {rawPath: string; query: URLSearchParams} => {
  const mark = url.indexOf('?')
  return mark < 0
    ? {rawPath: url, query: noQuery}
    : {rawPath: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1))}
}

const decodePath = (raw: string): string => {
  if (!raw.includes('%')) return raw
  try {
    return decodeURIComponent(raw)
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    throw badRequest('the path is not properly encoded')
  }
}

interface Target {
  readonly group: string
  readonly version: string
  readonly parts: readonly string[]
}

/** Group, version and what follows; undefined for paths that name no resource. */
const targetOf = (path: string): Target | undefined => {
  const parts = path.split('/').slice(1)
  if (parts.at(-1) === '') parts.pop()
  const [root, second, third] = parts
  if (root === 'api' && parts.length >= 3) return {group: '', version: second ?? '', parts: parts.slice(2)}
  if (root === 'apis' && parts.length >= 4) return {group: second ?? '', version: third ?? '', parts: parts.slice(3)}
  return undefined
}

const subresourcesOfNamespaces = new Set(['status', 'finalize'])

interface Located {
  readonly namespace: string
  readonly plural: string
  readonly name: string
  readonly subresource: string
  readonly rest: string
}

const locate = (parts: readonly string[]): Located => {
  const [first = '', second = '', third = ''] = parts
  let namespace = ''
  let from = parts
  if (first === 'namespaces' && parts.length > 1) {
    namespace = second
    if (parts.length > 2 && !subresourcesOfNamespaces.has(third)) from = parts.slice(2)
  }
  const [plural = '', name = '', subresource = '', ...rest] = from
  return {namespace, plural, name, subresource, rest: rest.join('/')}
}

const isTrue = (value: string | null): boolean => value !== null && value !== 'false' && value !== '0'

const collectionVerb = (verb: string, query: URLSearchParams): string => {
  if (verb === 'delete') return 'deletecollection'
  if (verb !== 'get') return verb
  return isTrue(query.get('watch')) ? 'watch' : 'list'
}

export const requestInfo = (method: string, url: string): RequestInfo => {
  const {rawPath, query} = splitUrl(url)
  const path = decodePath(rawPath)
  const target = targetOf(path)
  if (!target)
    return {
      path,
      query,
      verb: method.toLowerCase(),
      isResource: false,
      group: '',
      version: '',
      plural: '',
      subresource: '',
      namespace: '',
      name: '',
      rest: '',
    }
  const watchPath = target.parts[0] === 'watch' && target.parts.length > 1
  const located = locate(watchPath ? target.parts.slice(1) : target.parts)
  const verb = verbs[method] ?? ''
  return {
    path,
    query,
    isResource: true,
    group: target.group,
    version: target.version,
    ...located,
    verb: watchPath ? 'watch' : located.name === '' ? collectionVerb(verb, query) : verb,
  }
}
