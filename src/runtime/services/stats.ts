// What containers use, from their control groups.
import type {Message} from '../../lib/cri/messages.ts'
import type {RuntimeHandlers} from '../../lib/cri/service.ts'
import type {ContainerRecord} from '../records.ts'
import type {Runtime} from '../runtime.ts'
import {nowNanos} from '../time.ts'
import {matchesLabels} from './filters.ts'

const statsOf = (runtime: Runtime, record: ContainerRecord): Message<'ContainerStats'> => {
  const usage = runtime.cgroups.usage(record.cgroupPath)
  const layer = runtime.layers.usage(record)
  const timestamp = nowNanos()
  return {
    attributes: {
      id: record.id,
      metadata: record.config.metadata,
      labels: record.config.labels,
      annotations: record.config.annotations,
    },
    cpu: {timestamp, usageCoreNanoSeconds: {value: usage.cpuNanos}},
    memory: {
      timestamp,
      workingSetBytes: {value: usage.workingSetBytes},
      usageBytes: {value: usage.memoryBytes},
      rssBytes: {value: usage.rssBytes},
      pageFaults: {value: usage.pageFaults},
      majorPageFaults: {value: usage.majorPageFaults},
    },
    writableLayer: {
      timestamp: layer.atNanos,
      fsId: {mountpoint: runtime.options.root},
      usedBytes: {value: layer.bytes},
      inodesUsed: {value: layer.files},
    },
  }
}

const processesOf = (runtime: Runtime, {cgroupPath}: ContainerRecord): number =>
  runtime.cgroups.usage(cgroupPath).processes

export const statsHandlers = (runtime: Runtime): RuntimeHandlers => ({
  ContainerStats: async ({containerId}) => ({stats: statsOf(runtime, runtime.needContainer(containerId))}),
  ListContainerStats: async ({filter}) => ({
    stats: [...runtime.live.values()]
      .map(({record}) => record)
      .filter((record) => !filter?.id || record.id.startsWith(filter.id))
      .filter((record) => !filter?.podSandboxId || record.sandboxId.startsWith(filter.podSandboxId))
      .filter((record) => matchesLabels(record.config.labels, filter?.labelSelector))
      .map((record) => statsOf(runtime, record)),
  }),
  PodSandboxStats: async ({podSandboxId}) => {
    const sandbox = runtime.needSandbox(podSandboxId)
    const containers = [...runtime.live.values()].filter(({record}) => record.sandboxId === sandbox.id)
    return {
      stats: {
        attributes: {id: sandbox.id, metadata: sandbox.config.metadata, labels: sandbox.config.labels},
        linux: {
          process: {
            timestamp: nowNanos(),
            processCount: {value: containers.reduce((sum, {record}) => sum + processesOf(runtime, record), 0)},
          },
          containers: containers.map(({record}) => statsOf(runtime, record)),
        },
      },
    }
  },
})
