// What the kubelet says of itself and its pods: one line a page.
import type {ApiRequest, ApiResponse} from '../../api/transport.ts'
import type {Kubelet} from '../kubelet.ts'
import type {PodWorker} from '../pods/worker.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {cadvisorMetrics} from './cadvisor.ts'
import {logFolderPage} from './log-folder.ts'
import {resourceMetrics} from './stats.ts'
import {Summary} from './summary.ts'

export const textPage = (status: number, body: string, type = 'text/plain; charset=utf-8'): ApiResponse => ({
  status,
  headers: {'content-type': type},
  body: Buffer.from(body),
})

const METRICS = 'text/plain; version=0.0.4; charset=utf-8'
const metricsPage = (body: string): ApiResponse => textPage(200, body, METRICS)
const json = (body: unknown): ApiResponse => textPage(200, JSON.stringify(body), 'application/json')

type Page = (rest: string, request: ApiRequest) => ApiResponse | Promise<ApiResponse | undefined> | undefined

const isRunning = ({observed}: PodWorker): boolean => observed.sandboxes[0]?.ready ?? false

const ownMetrics = (kubelet: Kubelet, workers: PodWorkers): string => {
  const all = workers.all()
  const states = ['created', 'exited', 'running', 'unknown'] as const
  const count = (state: string): number =>
    all.flatMap(({observed}) => observed.containers).filter((container) => container.state === state).length
  return [
    "# HELP kubelet_node_name [ALPHA] The node's name. The count is always 1.",
    '# TYPE kubelet_node_name gauge',
    `kubelet_node_name{node="${kubelet.options.nodeName}"} 1`,
    '# HELP kubelet_running_containers [ALPHA] Number of containers currently running',
    '# TYPE kubelet_running_containers gauge',
    ...states.map((state) => `kubelet_running_containers{container_state="${state}"} ${count(state)}`),
    '# HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox',
    '# TYPE kubelet_running_pods gauge',
    `kubelet_running_pods ${all.filter(isRunning).length}`,
    kubelet.metrics.text('kubelet_'),
  ].join('\n')
}

/** The runtime cannot: said plainly, as kubelets say it. */
const noCheckpoint: Page = (_, {method}) =>
  method === 'POST'
    ? textPage(500, 'checkpointing of containers is not supported by this runtime\n')
    : textPage(405, '405: Method Not Allowed')

/** By the first parts of their paths; the longest that fits answers. */
export const kubeletPages = (kubelet: Kubelet, workers: PodWorkers): ReadonlyMap<string, Page> => {
  const summary = new Summary(kubelet, workers)
  const podList = (wanted: (worker: PodWorker) => boolean): ApiResponse => {
    const items = workers.all().filter(wanted)
    return json({kind: 'PodList', apiVersion: 'v1', metadata: {}, items: items.map(({pod}) => pod)})
  }
  return new Map<string, Page>([
    ['healthz', () => textPage(200, 'ok')],
    ['pods', () => podList(() => true)],
    ['runningpods', () => podList(isRunning)],
    ['configz', () => json({kubeletconfig: {...kubelet.config, maxPods: Number(kubelet.machine.capacity.pods)}})],
    ['stats/summary', async () => json(await summary.read())],
    ['metrics', (rest) => (rest === '' ? metricsPage(ownMetrics(kubelet, workers)) : undefined)],
    ['metrics/resource', async () => metricsPage(await resourceMetrics(kubelet))],
    ['metrics/cadvisor', async () => metricsPage(await cadvisorMetrics(kubelet, workers))],
    ['metrics/probes', () => metricsPage(kubelet.metrics.text('prober_'))],
    ['logs', (rest) => kubelet.options.logsFolder && logFolderPage(kubelet.options.logsFolder, rest)],
    ['checkpoint', noCheckpoint],
  ] as [string, Page][])
}

export const pageFor = (
  pages: ReadonlyMap<string, Page>,
  path: string,
): {readonly page: Page; readonly name: string; readonly rest: string} | undefined => {
  const parts = path.split('/').filter(Boolean)
  for (let length = parts.length; length > 0; length--) {
    const name = parts.slice(0, length).join('/')
    const page = pages.get(name)
    if (page) return {page, name, rest: parts.slice(length).join('/')}
  }
  return undefined
}
