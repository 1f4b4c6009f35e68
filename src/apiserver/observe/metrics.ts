// What the server counts of itself, under the names the real one has: /metrics.
import type {Registry} from 'prom-client'
import type {Page} from '../backend.ts'
import type {Call} from '../request/call.ts'
import {type Described, labelKey, Spread, spreadText, Tally, tallyText} from './tally.ts'

const seconds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60]
const sizes = [1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
const resource = ['group', 'version', 'resource', 'subresource', 'scope', 'component']

const requests: Described = {
  name: 'apiserver_request_total',
  help: 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.',
  labels: ['verb', 'dry_run', ...resource, 'code'],
}
const durations: Described = {
  name: 'apiserver_request_duration_seconds',
  help: 'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.',
  labels: ['verb', 'dry_run', ...resource],
}
const responseSizes: Described = {
  name: 'apiserver_response_sizes',
  help: 'Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.',
  labels: ['verb', ...resource],
}
const inflight: Described = {
  name: 'apiserver_current_inflight_requests',
  help: 'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
  labels: ['request_kind'],
}
const longRunning: Described = {
  name: 'apiserver_longrunning_requests',
  help: 'Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component.',
  labels: ['verb', ...resource],
}
const storedObjects: Described = {
  name: 'apiserver_storage_objects',
  help: 'Number of stored objects at the time of last check split by kind.',
  labels: ['resource'],
}

export interface Finished {
  readonly call: Call
  readonly code: number
  readonly seconds: number
  readonly sizeBytes: number | undefined
}

const scopeOf = ({info}: Call): string =>
  info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : info.isResource ? 'cluster' : ''

const verbs: Readonly<Record<string, string>> = {create: 'POST', update: 'PUT', deletecollection: 'DELETECOLLECTION'}
const verbOf = ({info}: Call): string => verbs[info.verb] ?? info.verb.toUpperCase()

const writes: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])
const requestKind = ({info}: Call): string => (writes.has(info.verb) ? 'mutating' : 'readOnly')

const resourceKey = (call: Call): string => {
  const {group, version, plural, subresource} = call.info
  return labelKey([group, version, plural, subresource, scopeOf(call), 'apiserver'])
}

export class Metrics {
  readonly #requests = new Tally()
  readonly #durations = new Spread(seconds)
  readonly #sizes = new Spread(sizes)
  readonly #inflight = new Tally()
  readonly #longRunning = new Tally()
  readonly #countObjects: () => ReadonlyMap<string, number>
  #process: Promise<Registry> | undefined

  constructor(countObjects: () => ReadonlyMap<string, number>) {
    this.#countObjects = countObjects
  }

  started(call: Call): void {
    this.#inflight.add(requestKind(call))
  }

  watching(call: Call, change: 1 | -1): void {
    this.#longRunning.add(labelKey(['WATCH', resourceKey(call)]), change)
  }

  finished({call, code, seconds: took, sizeBytes}: Finished): void {
    const verb = verbOf(call)
    const about = resourceKey(call)
    const key = labelKey([verb, call.info.query.get('dryRun') ?? '', about])
    this.#inflight.add(requestKind(call), -1)
    this.#requests.add(labelKey([key, String(code)]))
    if (verb !== 'WATCH') this.#durations.observe(key, took)
    if (sizeBytes !== undefined) this.#sizes.observe(labelKey([verb, about]), sizeBytes)
  }

  readonly page: Page = async (_call, path) => {
    if (path !== '/metrics') return undefined
    const registry = await this.#processMetrics()
    const objects = new Tally()
    for (const [name, count] of this.#countObjects()) objects.add(name, count)
    const text = [
      tallyText(requests, 'counter', this.#requests),
      spreadText(durations, this.#durations),
      spreadText(responseSizes, this.#sizes),
      tallyText(inflight, 'gauge', this.#inflight),
      tallyText(longRunning, 'gauge', this.#longRunning),
      tallyText(storedObjects, 'gauge', objects),
      await registry.metrics(),
    ].join('')
    return {
      type: 'raw',
      response: {status: 200, headers: {'content-type': registry.contentType}, body: Buffer.from(text)},
    }
  }

  /** What the process itself uses: the library is loaded when somebody first looks. */
  #processMetrics(): Promise<Registry> {
    this.#process ??= import('prom-client').then(({collectDefaultMetrics, Registry: NewRegistry}) => {
      const register = new NewRegistry()
      collectDefaultMetrics({register})
      return register
    })
    return this.#process
  }
}
