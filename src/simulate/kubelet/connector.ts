// The kubelet's HTTP API of a simulated node, for the API server in the same process: same paths, same answers, no
// socket. It has the shape of the server's node connector.
import {type Duplex, duplexPair} from 'node:stream'
import {ApiError, statusOf} from '../../api/errors.ts'
import {pods as podResource} from '../../api/resources.ts'
import type {Pod} from '../../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, Transport} from '../../api/transport.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Cached, InformerSource} from '../../reconcile/contract.ts'
import {exitStatus, runCommand} from './commands.ts'
import {logText} from './logs.ts'
import {resourceMetrics, summary} from './stats.ts'
import {acceptOf, hangUp, say} from './web-socket.ts'

interface SimulatedKubeletOptions {
  readonly informers: InformerSource
  readonly clock: Clock
}

const STDOUT = 1
const STDERR = 2
const ERROR = 3

const answer = (status: number, type: string, text: string): ApiResponse => ({
  status,
  headers: {'content-type': type},
  body: new TextEncoder().encode(text),
})

const plain = (text: string): ApiResponse => answer(200, 'text/plain', text)
const json = (value: object): ApiResponse => answer(200, 'application/json', JSON.stringify(value))

/** A kubelet answers in plain text; what it says is passed on. */
const refusal = (error: ApiError): ApiResponse =>
  answer(error.code, 'application/json', JSON.stringify(statusOf(error)))

export class SimulatedKubelet implements Transport {
  readonly #nodeName: string
  readonly #options: SimulatedKubeletOptions
  readonly #sinceMs: number

  constructor(nodeName: string, options: SimulatedKubeletOptions) {
    this.#nodeName = nodeName
    this.#options = options
    this.#sinceMs = options.clock.now()
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async request({url}: ApiRequest): Promise<ApiResponse> {
    const {pathname, searchParams} = new URL(url, 'http://node')
    const [, verb = '', ...rest] = pathname.split('/').map(decodeURIComponent)
    const observed = () => ({pods: this.#pods(), sinceMs: this.#sinceMs, nowMs: this.#options.clock.now()})
    try {
      if (verb === 'containerLogs') return this.#logs(rest, searchParams)
      if (verb === 'healthz') return plain('ok')
      if (verb === 'pods') return json({kind: 'PodList', apiVersion: 'v1', metadata: {}, items: this.#pods()})
      if (pathname === '/stats/summary') return json(summary(this.#nodeName, observed()))
      if (pathname === '/metrics/resource') return plain(resourceMetrics(observed()))
      if (pathname === '/metrics' || pathname === '/metrics/cadvisor') return plain('')
      return answer(404, 'text/plain', '404 page not found\n')
    } catch (error) {
      if (error instanceof ApiError) return refusal(error)
      throw error
    }
  }

  async upgrade(request: ApiRequest): Promise<{readonly headers: ApiResponse['headers']; readonly socket: Duplex}> {
    const {pathname, searchParams} = new URL(request.url, 'http://node')
    const [, verb = '', namespace = '', name = '', ...rest] = pathname.split('/').map(decodeURIComponent)
    const pod = this.#pod(namespace, name)
    const key = request.headers['sec-websocket-key']
    if (key === undefined) throw new ApiError('BadRequest', 'a simulated node speaks WebSocket only')
    if (verb !== 'exec' && verb !== 'attach')
      throw new ApiError('BadRequest', `a simulated pod cannot ${verb}: nothing listens in it`)
    const [ours, theirs] = duplexPair()
    const container = rest.at(-1) ?? ''
    if (verb === 'exec') this.#exec(ours, pod, container, searchParams.getAll('command'))
    else this.#attach(ours, pod, container)
    const protocol = request.headers['sec-websocket-protocol']?.split(',')[0]?.trim()
    return {
      headers: {
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-accept': acceptOf(key),
        ...(protocol ? {'sec-websocket-protocol': protocol} : {}),
      },
      socket: theirs,
    }
  }

  #exec(socket: Duplex, pod: Cached<Pod>, container: string, command: readonly string[]): void {
    const {stdout, stderr, exitCode} = runCommand(command, {pod, container, nowMs: this.#options.clock.now()})
    this.#finish(socket, {stdout, stderr, exitCode})
  }

  #attach(socket: Duplex, pod: Cached<Pod>, container: string): void {
    this.#finish(socket, {stdout: logText(pod, container, new URLSearchParams()), stderr: '', exitCode: 0})
  }

  #finish(socket: Duplex, outcome: {stdout: string; stderr: string; exitCode: number}): void {
    socket.resume()
    socket.on('error', () => undefined)
    if (outcome.stdout !== '') say(socket, STDOUT, outcome.stdout)
    if (outcome.stderr !== '') say(socket, STDERR, outcome.stderr)
    say(socket, ERROR, exitStatus(outcome.exitCode))
    hangUp(socket)
  }

  #logs([namespace = '', name = '', container = '']: readonly string[], query: URLSearchParams): ApiResponse {
    const pod = this.#pod(namespace, name)
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
    const {state} = statuses.find((status) => status.name === container) ?? {}
    if (!state || state.waiting) {
      const why = state?.waiting?.reason ?? 'ContainerCreating'
      throw new ApiError('BadRequest', `container "${container}" in pod "${name}" is waiting to start: ${why}`)
    }
    return plain(logText(pod, container, query))
  }

  #pods(): readonly Cached<Pod>[] {
    return this.#options.informers.informer(podResource).cache.byIndex('node', this.#nodeName)
  }

  #pod(namespace: string, name: string): Cached<Pod> {
    const pod = this.#options.informers.informer(podResource).cache.get({namespace, name})
    if (pod?.spec?.nodeName !== this.#nodeName) throw new ApiError('NotFound', `pods "${name}" not found`)
    return pod
  }
}
