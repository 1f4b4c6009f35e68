// Which request goes where: the rules of all Ingresses of our class as one table. Pure.
import type {DeepReadonly} from '../api/object.ts'
import type {Ingress, IngressBackend} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'

export interface ServiceTarget {
  readonly kind: 'service'
  readonly namespace: string
  readonly service: string
  /** A port's number or name. */
  readonly port: number | string
}

/** A backend that is no service: nobody here knows how to serve it. */
export interface ResourceTarget {
  readonly kind: 'resource'
  readonly name: string
}

export type Target = ServiceTarget | ResourceTarget

interface PathRule {
  readonly path: string
  readonly exact: boolean
  readonly target: Target
}

export interface RouteTable {
  /** Exact names, `*.example.com` for one label in its place, and '' for rules without a host. */
  readonly hosts: ReadonlyMap<string, readonly PathRule[]>
  readonly fallback: Target | undefined
}

const targetOf = (namespace: string, backend: DeepReadonly<IngressBackend> | undefined): Target | undefined => {
  const {service, resource} = backend ?? {}
  if (resource) return {kind: 'resource', name: `${resource.kind}/${resource.name}`}
  const port = service?.port?.number ?? service?.port?.name
  return service && port !== undefined ? {kind: 'service', namespace, service: service.name, port} : undefined
}

/** Longest first; of two as long the exact one. */
const byPrecedence = (a: PathRule, b: PathRule): number =>
  b.path.length - a.path.length || Number(b.exact) - Number(a.exact)

export const byAge = (a: Cached<Ingress>, b: Cached<Ingress>): number =>
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.uid.localeCompare(b.metadata.uid)

class Hosts {
  readonly map = new Map<string, PathRule[]>()
  /** The first to want a path has it. */
  add(host: string, rule: PathRule): void {
    const key = host.toLowerCase()
    const rules = this.map.get(key) ?? []
    this.map.set(key, rules)
    if (!rules.some(({path, exact}) => path === rule.path && exact === rule.exact)) rules.push(rule)
  }
}

export const routeTable = (ingresses: readonly Cached<Ingress>[]): RouteTable => {
  const hosts = new Hosts()
  let fallback: Target | undefined
  // The older Ingress wins where two want the same.
  const sorted = [...ingresses].sort(byAge)
  for (const {metadata, spec} of sorted)
    for (const {host = '', http} of spec?.rules ?? [])
      for (const {path = '/', pathType, backend} of http?.paths ?? []) {
        const target = targetOf(metadata.namespace ?? '', backend)
        if (target) hosts.add(host, {path, exact: pathType === 'Exact', target})
      }
  // A default backend takes what is left of its own Ingress's hosts, and the oldest one what is left of everything.
  for (const {metadata, spec} of sorted) {
    const target = targetOf(metadata.namespace ?? '', spec?.defaultBackend)
    if (!target) continue
    fallback ??= target
    for (const {host} of spec?.rules ?? []) if (host) hosts.add(host, {path: '/', exact: false, target})
  }
  for (const rules of hosts.map.values()) rules.sort(byPrecedence)
  return {hosts: hosts.map, fallback}
}

/** A prefix matches whole elements: `/foo` is one of `/foo/bar` and not of `/foobar`. */
const isMatch = ({path, exact}: PathRule, asked: string): boolean => {
  if (exact) return path === asked
  const prefix = path.endsWith('/') ? path.slice(0, -1) : path
  return asked === prefix || asked.startsWith(`${prefix}/`)
}

const wildcardOf = (host: string): string => {
  const dot = host.indexOf('.')
  return dot < 0 ? '' : `*${host.slice(dot)}`
}

const findIn = (table: RouteTable, host: string, path: string): Target | undefined =>
  table.hosts.get(host)?.find((rule) => isMatch(rule, path))?.target

export const findTarget = (table: RouteTable, host: string, path: string): Target | undefined => {
  const name = host.toLowerCase()
  return findIn(table, name, path) ?? findIn(table, wildcardOf(name), path) ?? findIn(table, '', path) ?? table.fallback
}
