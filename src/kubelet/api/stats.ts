// What pods and the node use of processors and memory, and the same numbers as metrics.
import {cpus, totalmem} from 'node:os'
import type {Received} from '../../lib/cri/messages.ts'
import type {Kubelet} from '../kubelet.ts'
import {availableMemory} from '../node/pressure.ts'
import {labels} from '../pods/observe.ts'

export interface Usage {
  readonly name: string
  readonly atMs: number
  /** Since the start; rates come from two looks. */
  readonly cpuNanos: number
  readonly workingSetBytes: number
  readonly usageBytes: number
  readonly rssBytes: number
}

export interface PodUsage {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly containers: readonly Usage[]
}

const usageOf = (stats: Received<'ContainerStats'>): Usage => ({
  name: stats.attributes?.labels[labels.containerName] ?? stats.attributes?.metadata?.name ?? '',
  atMs: Math.floor((stats.cpu?.timestamp ?? 0) / 1_000_000),
  cpuNanos: stats.cpu?.usageCoreNanoSeconds?.value ?? 0,
  workingSetBytes: stats.memory?.workingSetBytes?.value ?? 0,
  usageBytes: stats.memory?.usageBytes?.value ?? 0,
  rssBytes: stats.memory?.rssBytes?.value ?? 0,
})

export const podUsages = async ({cri, options}: Kubelet): Promise<PodUsage[]> => {
  const {stats} = await cri.RuntimeService.ListContainerStats({}, {signal: options.signal})
  const pods = new Map<string, {namespace: string; name: string; uid: string; containers: Usage[]}>()
  for (const one of stats) {
    const found = one.attributes?.labels ?? {}
    const uid = found[labels.podUid]
    if (!uid) continue
    const pod = pods.get(uid) ?? {
      namespace: found[labels.podNamespace] ?? '',
      name: found[labels.podName] ?? '',
      uid,
      containers: [],
    }
    pods.set(uid, pod)
    pod.containers.push(usageOf(one))
  }
  return [...pods.values()]
}

/** Busy time of all processors since the machine started. */
export const nodeUsage = (nowMs: number): Usage => {
  const busyMs = cpus().reduce((sum, {times}) => sum + times.user + times.nice + times.sys + times.irq, 0)
  const used = Math.max(0, totalmem() - availableMemory())
  return {
    name: 'node',
    atMs: nowMs,
    cpuNanos: busyMs * 1_000_000,
    workingSetBytes: used,
    usageBytes: used,
    rssBytes: used,
  }
}

export const sumOf = (usages: readonly Usage[], pick: (usage: Usage) => number): number =>
  usages.reduce((total, one) => total + pick(one), 0)

const line = (name: string, tags: Readonly<Record<string, string>>, value: number, atMs: number): string => {
  const inside = Object.entries(tags)
    .map(([key, text]) => `${key}="${text}"`)
    .join(',')
  return `${name}${inside ? `{${inside}}` : ''} ${value} ${Math.floor(atMs)}`
}

const family = (name: string, type: string, help: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${type}`, ...lines]

export const resourceMetrics = async (kubelet: Kubelet): Promise<string> => {
  const pods = await podUsages(kubelet)
  const node = nodeUsage(kubelet.options.clock.now())
  const each = (metric: string, pick: (usage: Usage) => number): string[] =>
    pods.flatMap(({containers, name, namespace}) =>
      containers.map((one) => line(metric, {container: one.name, namespace, pod: name}, pick(one), one.atMs)),
    )
  const eachPod = (metric: string, pick: (usage: Usage) => number): string[] =>
    pods.map(({containers, name, namespace}) =>
      line(metric, {namespace, pod: name}, sumOf(containers, pick), containers[0]?.atMs ?? 0),
    )
  const seconds = ({cpuNanos}: Usage): number => cpuNanos / 1e9
  const memory = ({workingSetBytes}: Usage): number => workingSetBytes
  const cpuHelp = 'Cumulative cpu time consumed by the'
  const memoryHelp = 'Current working set of the'
  return [
    ...family(
      'container_cpu_usage_seconds_total',
      'counter',
      `${cpuHelp} container in core-seconds`,
      each('container_cpu_usage_seconds_total', seconds),
    ),
    ...family(
      'container_memory_working_set_bytes',
      'gauge',
      `${memoryHelp} container in bytes`,
      each('container_memory_working_set_bytes', memory),
    ),
    ...family('node_cpu_usage_seconds_total', 'counter', `${cpuHelp} node in core-seconds`, [
      line('node_cpu_usage_seconds_total', {}, seconds(node), node.atMs),
    ]),
    ...family('node_memory_working_set_bytes', 'gauge', `${memoryHelp} node in bytes`, [
      line('node_memory_working_set_bytes', {}, memory(node), node.atMs),
    ]),
    ...family(
      'pod_cpu_usage_seconds_total',
      'counter',
      `${cpuHelp} pod in core-seconds`,
      eachPod('pod_cpu_usage_seconds_total', seconds),
    ),
    ...family(
      'pod_memory_working_set_bytes',
      'gauge',
      `${memoryHelp} pod in bytes`,
      eachPod('pod_memory_working_set_bytes', memory),
    ),
    ...family('scrape_error', 'gauge', '1 if there was an error while getting container metrics, 0 otherwise', [
      'scrape_error 0',
    ]),
    '',
  ].join('\n')
}
