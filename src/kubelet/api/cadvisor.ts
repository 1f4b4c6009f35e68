// /metrics/cadvisor: what every container uses, under the names that dashboards know.
import {cpus, totalmem} from 'node:os'
import type {Kubelet} from '../kubelet.ts'
import {labelText} from '../metrics.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {podUsages, type Usage} from './stats.ts'

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly more?: Readonly<Record<string, string>>
  value(usage: Usage): number
}

const families: readonly Family[] = [
  {
    name: 'container_cpu_usage_seconds_total',
    type: 'counter',
    help: 'Cumulative cpu time consumed in seconds.',
    more: {cpu: 'total'},
    value: ({cpuNanos}) => cpuNanos / 1e9,
  },
  {
    name: 'container_memory_rss',
    type: 'gauge',
    help: 'Size of RSS in bytes.',
    value: ({rssBytes}) => rssBytes,
  },
  {
    name: 'container_memory_usage_bytes',
    type: 'gauge',
    help: 'Current memory usage in bytes, including all memory regardless of when it was accessed',
    value: ({usageBytes}) => usageBytes,
  },
  {
    name: 'container_memory_working_set_bytes',
    type: 'gauge',
    help: 'Current working set in bytes.',
    value: ({workingSetBytes}) => workingSetBytes,
  },
  {
    name: 'container_last_seen',
    type: 'gauge',
    help: 'Last time a container was seen by the exporter',
    value: ({atMs}) => atMs / 1000,
  },
]

export const cadvisorMetrics = async (kubelet: Kubelet, workers: PodWorkers): Promise<string> => {
  const pods = await podUsages(kubelet)
  const runs = pods.flatMap(({containers, name, namespace, uid}) =>
    containers.map((usage) => {
      const run = workers.get(uid)?.observed.containers.find((one) => one.name === usage.name)
      const labels = {
        container: usage.name,
        id: run?.id ?? '',
        image: run?.image ?? '',
        name: run?.id ?? '',
        namespace,
        pod: name,
      }
      return {labels, usage}
    }),
  )
  const lines = families.flatMap(({help, more = {}, name, type, value}) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...runs.map(({labels, usage}) => {
      const {container, ...rest} = labels
      return `${name}${labelText({container, ...more, ...rest})} ${value(usage)} ${Math.floor(usage.atMs)}`
    }),
  ])
  const machine = [
    '# HELP machine_cpu_cores Number of logical CPU cores.',
    '# TYPE machine_cpu_cores gauge',
    `machine_cpu_cores ${cpus().length}`,
    '# HELP machine_memory_bytes Amount of memory installed on the machine.',
    '# TYPE machine_memory_bytes gauge',
    `machine_memory_bytes ${totalmem()}`,
  ]
  return [...lines, ...machine, ''].join('\n')
}
