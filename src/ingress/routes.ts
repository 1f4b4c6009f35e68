// Which request goes where: the rules of all Ingresses of our class as one table. Pure.
import type {Ingress, IngressBackend} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'

export interface Target {
  readonly namespace: string
  readonly service: string
  /** A port's number or name. */
  readonly port: number | string
}

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

const targetOf = (namespace: string, backend: IngressBackend | undefined): Target | undefined => {
  const port = backend?.service?.port?.number ?? backend?.service?.port?.name
  return backend?.service && port !== undefined ? {namespace, service: backend.service.name, port} : undefined
}

/** Longest first; of two as long the exact one. */
const byPrecedence = (a: PathRule, b: PathRule): number =>
  b.path.length - a.path.length || Number(b.exact) - Number(a.exact)

const byAge = (a: Cached<Ingress>, b: Cached<Ingress>): number =>
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.uid.localeCompare(b.metadata.uid)

export const routeTable = (ingresses: readonly Cached<Ingress>[]): RouteTable => {
  const hosts = new Map<string, PathRule[]>()
  let fallback: Target | undefined
  // The older Ingress wins where two want the same.
  for (const {metadata, spec} of [...ingresses].sort(byAge)) {
    const namespace = metadata.namespace ?? ''
    fallback ??= targetOf(namespace, spec?.defaultBackend as IngressBackend | undefined)
    for (const {host = '', http} of spec?.rules ?? []) {
      const rules = hosts.get(host.toLowerCase()) ?? []
      hosts.set(host.toLowerCase(), rules)
      for (const {path = '/', pathType, backend} of http?.paths ?? []) {
        const target = targetOf(namespace, backend as IngressBackend)
        const exact = pathType === 'Exact'
        if (target && !rules.some((rule) => rule.path === path && rule.exact === exact))
          rules.push({path, exact, target})
      }
    }
  }
  for (const rules of hosts.values()) rules.sort(byPrecedence)
  return {hosts, fallback}
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

export const findTarget = ({hosts, fallback}: RouteTable, host: string, path: string): Target | undefined => {
  const name = host.toLowerCase()
  for (const candidate of new Set([name, wildcardOf(name), ''])) {
    const found = hosts.get(candidate)?.find((rule) => isMatch(rule, path))
    if (found) return found.target
  }
  return fallback
}
