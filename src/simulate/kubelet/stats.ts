// The two ways a kubelet tells what is used: /stats/summary (JSON) and /metrics/resource (Prometheus text).
import type {Pod} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {isRunning, type Usage, usageOf} from './usage.ts'

interface Sample extends Usage {
  readonly name: string
  readonly startedAtMs: number
}

const samplesOf = (pod: Cached<Pod>, nowMs: number): Sample[] =>
  (pod.spec?.containers ?? [])
    .filter(({name}) => isRunning(pod, name))
    .map((container) => {
      const state = pod.status?.containerStatuses?.find(({name}) => name === container.name)?.state
      const startedAtMs = Date.parse(state?.running?.startedAt ?? '') || nowMs
      return {name: container.name, startedAtMs, ...usageOf(pod, container, nowMs)}
    })

const sum = (samples: readonly Sample[]): Usage => ({
  milliCpu: samples.reduce((total, {milliCpu}) => total + milliCpu, 0),
  memoryBytes: samples.reduce((total, {memoryBytes}) => total + memoryBytes, 0),
})

const NODE_OWN: Usage = {milliCpu: 50, memoryBytes: 256 * 2 ** 20}

const cpu = ({milliCpu}: Usage, sinceMs: number, nowMs: number) => ({
  time: new Date(nowMs).toISOString(),
  usageNanoCores: Math.round(milliCpu * 1e6),
  usageCoreNanoSeconds: Math.round(milliCpu * 1e3 * Math.max(nowMs - sinceMs, 0)),
})

const memory = ({memoryBytes}: Usage, nowMs: number) => ({
  time: new Date(nowMs).toISOString(),
  usageBytes: memoryBytes,
  workingSetBytes: memoryBytes,
  rssBytes: memoryBytes,
})

const started = (pod: Cached<Pod>, nowMs: number): number => Date.parse(pod.status?.startTime ?? '') || nowMs

export interface Observed {
  readonly pods: readonly Cached<Pod>[]
  /** When the node began to count. */
  readonly sinceMs: number
  readonly nowMs: number
}

export const summary = (nodeName: string, {pods, sinceMs, nowMs}: Observed): object => {
  const byPod = pods.map((pod) => ({pod, samples: samplesOf(pod, nowMs)}))
  const all = sum(byPod.flatMap(({samples}) => samples))
  const node = {milliCpu: all.milliCpu + NODE_OWN.milliCpu, memoryBytes: all.memoryBytes + NODE_OWN.memoryBytes}
  return {
    node: {
      nodeName,
      startTime: new Date(sinceMs).toISOString(),
      cpu: cpu(node, sinceMs, nowMs),
      memory: memory(node, nowMs),
    },
    pods: byPod.map(({pod, samples}) => ({
      podRef: {name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid},
      startTime: pod.status?.startTime,
      cpu: cpu(sum(samples), started(pod, nowMs), nowMs),
      memory: memory(sum(samples), nowMs),
      containers: samples.map((sample) => ({
        name: sample.name,
        startTime: new Date(sample.startedAtMs).toISOString(),
        cpu: cpu(sample, sample.startedAtMs, nowMs),
        memory: memory(sample, nowMs),
      })),
    })),
  }
}

interface Series {
  readonly name: string
  readonly labels: string
  readonly value: number
}

const render = (series: readonly Series[], nowMs: number): string => {
  const byName = Map.groupBy(series, ({name}) => name)
  const lines = [...byName].flatMap(([name, all]) => [
    `# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
    ...all.map(({labels, value}) => `${name}${labels} ${value} ${nowMs}`),
  ])
  return `${lines.join('\n')}\n`
}

export const resourceMetrics = ({pods, sinceMs: nodeSinceMs, nowMs}: Observed): string => {
  const series: Series[] = []
  const add = (prefix: string, labels: string, usage: Usage, sinceMs: number): void => {
    const seconds = (usage.milliCpu * Math.max(nowMs - sinceMs, 0)) / 1e6
    series.push({name: `${prefix}_cpu_usage_seconds_total`, labels, value: seconds})
    series.push({name: `${prefix}_memory_working_set_bytes`, labels, value: usage.memoryBytes})
  }
  const samples = pods.map((pod) => ({pod, samples: samplesOf(pod, nowMs)}))
  const all = sum(samples.flatMap((each) => each.samples))
  const node = {milliCpu: all.milliCpu + NODE_OWN.milliCpu, memoryBytes: all.memoryBytes + NODE_OWN.memoryBytes}
  add('node', '', node, nodeSinceMs)
  for (const {pod, samples: own} of samples) {
    const where = `namespace="${pod.metadata.namespace}",pod="${pod.metadata.name}"`
    for (const sample of own) add('container', `{container="${sample.name}",${where}}`, sample, sample.startedAtMs)
    add('pod', `{${where}}`, sum(own), started(pod, nowMs))
  }
  return render(series, nowMs)
}
