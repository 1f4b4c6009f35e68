// /healthz, /livez and /readyz: `ok`, or every check by name.
import type {Page} from '../backend.ts'
import type {Answer} from '../respond/answer.ts'
import {textResponse} from '../respond/status.ts'

const hook = (name: string): string => `poststarthook/${name}`

const start = ['ping', 'log', 'loopback-serving-certificate', 'etcd']
const hooks = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'peer-endpoint-reconciler-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'storage-readiness',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kubernetes-service-cidr-controller',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-wait-for-first-sync',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
].map(hook)
const end = [hook('apiservice-openapi-controller'), hook('apiservice-openapiv3-controller')]

const checks = [...start, ...hooks, 'autoregister-completion', ...end]

const pages: Readonly<Record<string, readonly string[]>> = {
  healthz: checks,
  livez: checks,
  readyz: [...start, 'etcd-readiness', 'informer-sync', ...hooks, 'autoregister-completion', ...end, 'shutdown'],
}

export interface HealthOptions {
  /** Whether the store answers. */
  readonly isStoreHealthy: () => boolean
  readonly isShuttingDown: () => boolean
}

export const healthPage =
  ({isStoreHealthy, isShuttingDown}: HealthOptions): Page =>
  (call, path) => {
    const [, name = '', ...rest] = path.split('/')
    const all = pages[name]
    if (!all) return undefined
    const failing = (check: string): boolean =>
      ((check === 'etcd' || check === 'etcd-readiness') && !isStoreHealthy()) ||
      (check === 'shutdown' && isShuttingDown())
    const one = rest.join('/')
    if (one !== '')
      return all.includes(one)
        ? failing(one)
          ? textResponse(500, `internal server error: ${one} failed\n`)
          : textResponse(200, 'ok')
        : textResponse(404, '404 page not found\n')
    return summary({name, all, failing, query: call.info.query})
  }

interface Summary {
  readonly name: string
  readonly all: readonly string[]
  readonly failing: (check: string) => boolean
  readonly query: URLSearchParams
}

const summary = ({name, all, failing, query}: Summary): Answer => {
  const excluded = new Set(query.getAll('exclude'))
  const unknown = [...excluded].filter((check) => !all.includes(check))
  const lines = all.map((check) =>
    excluded.has(check)
      ? `[+]${check} excluded: ok`
      : failing(check)
        ? `[-]${check} failed: reason withheld`
        : `[+]${check} ok`,
  )
  for (const check of unknown) lines.push(`warn: some health checks cannot be excluded: no matches for "${check}"`)
  const failed = all.some((check) => !excluded.has(check) && failing(check))
  if (failed) return textResponse(500, `${lines.join('\n')}\n${name} check failed\n`)
  return textResponse(200, query.has('verbose') ? `${lines.join('\n')}\n${name} check passed\n` : 'ok')
}
