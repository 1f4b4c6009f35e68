// The kubelet's own API, as the API server calls it for `logs`, `exec`, `attach`, `port-forward` and node proxies.
import {ApiError} from '../../api/errors.ts'
import type {ApiRequest, ApiResponse, Transport} from '../../api/transport.ts'
import type {Kubelet} from '../kubelet.ts'
import {latestOf, type ObservedContainer} from '../pods/types.ts'
import type {PodWorker} from '../pods/worker.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {logOptions} from './log-options.ts'
import {readLog} from './log-reader.ts'
import {kubeletPages, pageFor, textPage} from './pages.ts'
import {connectStream, type Upgraded} from './streams.ts'
import {bridgeStream, needsBridge, type WantedStreams} from './websocket-bridge.ts'

class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const flag = (query: URLSearchParams, ...names: readonly string[]): boolean =>
  names.some((name) => ['1', 'true'].includes(query.get(name) ?? ''))

const wantedStreams = (query: URLSearchParams): WantedStreams => {
  const tty = flag(query, 'tty')
  return {
    stdin: flag(query, 'input', 'stdin'),
    stdout: flag(query, 'output', 'stdout'),
    stderr: flag(query, 'error', 'stderr') && !tty,
    tty,
  }
}

export class KubeletApi implements Transport {
  readonly #kubelet: Kubelet
  readonly #workers: PodWorkers
  readonly #pages: ReturnType<typeof kubeletPages>

  constructor(kubelet: Kubelet, workers: PodWorkers) {
    this.#kubelet = kubelet
    this.#workers = workers
    this.#pages = kubeletPages(kubelet, workers)
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const {pathname, searchParams} = new URL(request.url, 'http://kubelet')
    try {
      return await this.#answer(request, pathname, searchParams)
    } catch (error) {
      if (error instanceof Refused) return textPage(error.status, error.message)
      throw error
    }
  }

  async upgrade(request: ApiRequest): Promise<Upgraded> {
    const {pathname, searchParams} = new URL(request.url, 'http://kubelet')
    const url = await this.#streamUrl(pathname, searchParams)
    if (needsBridge(request, this.#kubelet.runtimeName)) return bridgeStream(url, request, wantedStreams(searchParams))
    return connectStream(url, request)
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #answer(request: ApiRequest, path: string, query: URLSearchParams): Promise<ApiResponse> {
    const [verb = '', ...rest] = path.split('/').filter(Boolean)
    const found = pageFor(this.#pages, path)
    this.#kubelet.metrics.count('kubelet_http_requests_total', {
      long_running: String(query.has('follow')),
      method: request.method,
      path: found?.name ?? verb,
      server_type: 'readwrite',
    })
    if (verb === 'containerLogs') return this.#logs(rest, query, request.signal)
    const answer = await found?.page(found.rest, request)
    if (answer) return answer
    throw new Refused(404, '404 page not found\n')
  }

  #pod(namespace = '', name = ''): PodWorker {
    const worker = this.#workers.find(decodeURIComponent(namespace), decodeURIComponent(name))
    if (!worker) throw new Refused(404, `pod "${name}" not found`)
    return worker
  }

  #podForStream(namespace: string | undefined, name: string | undefined): PodWorker {
    try {
      return this.#pod(namespace, name)
    } catch (error) {
      if (error instanceof Refused) throw new ApiError('NotFound', error.message)
      throw error
    }
  }

  #runs(worker: PodWorker, container: string): ObservedContainer[] {
    return worker.observed.containers.filter(({name}) => name === container)
  }

  async #logs(
    [namespace, pod, container = '']: readonly string[],
    query: URLSearchParams,
    signal?: AbortSignal,
  ): Promise<ApiResponse> {
    const worker = this.#pod(namespace, pod)
    const runs = this.#runs(worker, container)
    const previous = flag(query, 'previous')
    const started = runs.filter(({logPath, startedAtMs, state}) => logPath && (startedAtMs > 0 || state === 'exited'))
    const run = previous
      ? started[0]?.state === 'exited' && started.length === 1
        ? undefined
        : started[1]
      : started[0]
    if (!run) throw new Refused(400, this.#noLogs(worker, container, previous))
    const isRunning = (): boolean =>
      latestOf(worker.observed, container)?.id === run.id && this.#isRunning(worker, run.id)
    const stopping = signal ? AbortSignal.any([signal, this.#kubelet.options.signal]) : this.#kubelet.options.signal
    return {
      status: 200,
      headers: {'content-type': 'text/plain'},
      body: readLog(
        {path: run.logPath, isRunning, signal: stopping},
        logOptions(query, this.#kubelet.options.clock.now()),
      ),
    }
  }

  #isRunning(worker: PodWorker, id: string): boolean {
    return worker.observed.containers.find((container) => container.id === id)?.state === 'running'
  }

  #noLogs({pod}: PodWorker, container: string, previous: boolean): string {
    if (previous) return `previous terminated container "${container}" in pod "${pod.metadata.name}" not found`
    const status = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(
      ({name}) => name === container,
    )
    const reason = status?.state?.waiting?.reason ?? 'ContainerCreating'
    const why = reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason
    return `container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`
  }

  async #streamUrl(path: string, query: URLSearchParams): Promise<string> {
    const [verb = '', namespace, pod, ...rest] = path.split('/').filter(Boolean)
    const worker = this.#podForStream(namespace, pod)
    const {RuntimeService} = this.#kubelet.cri
    if (verb === 'portForward') {
      const podSandboxId = worker.observed.sandboxes.find(({ready}) => ready)?.id
      if (!podSandboxId) throw new ApiError('BadRequest', `pod "${pod}" is not running`)
      const port = query
        .getAll('port')
        .concat(query.getAll('ports'))
        .flatMap((list) => list.split(','))
        .map(Number)
      return (await RuntimeService.PortForward({podSandboxId, port})).url
    }
    const name = decodeURIComponent(rest.at(-1) ?? '')
    const run = this.#runs(worker, name).find(({state}) => state === 'running')
    if (!run) throw new ApiError('BadRequest', `container not found ("${name}")`)
    const options = {containerId: run.id, ...wantedStreams(query)}
    if (verb === 'exec') return (await RuntimeService.Exec({...options, cmd: query.getAll('command')})).url
    if (verb === 'attach') return (await RuntimeService.Attach(options)).url
    throw new ApiError('NotFound', '404 page not found')
  }
}
