// What a pod uses of this node: memory as the runtime counts it, disk as its folders do.
import {existsSync} from 'node:fs'
import {dirname} from 'node:path'
import {podUsages} from '../api/stats.ts'
import type {Kubelet} from '../kubelet.ts'
import {labels} from '../pods/observe.ts'
import type {ObservedPod, ThePod} from '../pods/types.ts'
import {podPaths} from '../volumes/paths.ts'
import {addUsage, type DiskUsage, diskUsage, noUsage} from './disk-usage.ts'
import type {PodUse} from './rank.ts'
import type {StorageUse} from './storage-limits.ts'

export interface DiskUse {
  readonly emptyDirs: ReadonlyMap<string, DiskUsage>
  readonly layers: ReadonlyMap<string, DiskUsage>
  readonly logs: ReadonlyMap<string, DiskUsage>
  readonly total: DiskUsage
}

const isOnDisk = ({configMap, emptyDir}: NonNullable<NonNullable<ThePod['spec']>['volumes']>[number]): boolean =>
  emptyDir ? emptyDir.medium !== 'Memory' : configMap !== undefined

export const podDisk = async ({cri, options}: Kubelet, pod: ThePod, observed: ObservedPod): Promise<DiskUse> => {
  const {uid} = pod.metadata
  const paths = podPaths(options.podsFolder, uid)
  const emptyDirs = new Map<string, DiskUsage>()
  for (const volume of (pod.spec?.volumes ?? []).filter(isOnDisk)) {
    const folder = paths.volume(volume.name)
    if (existsSync(folder)) emptyDirs.set(volume.name, await diskUsage(folder))
  }
  const logs = new Map<string, DiskUsage>()
  for (const {logPath, name} of observed.containers)
    if (logPath && !logs.has(name)) logs.set(name, await diskUsage(dirname(logPath)))
  const layers = new Map<string, DiskUsage>()
  const filter = {labelSelector: {[labels.podUid]: uid}}
  const {stats} = await cri.RuntimeService.ListContainerStats({filter}, {signal: options.signal})
  for (const {attributes, writableLayer} of stats) {
    const name = attributes?.labels[labels.containerName] ?? attributes?.metadata?.name ?? ''
    layers.set(name, {bytes: writableLayer?.usedBytes?.value ?? 0, inodes: writableLayer?.inodesUsed?.value ?? 0})
  }
  const total = [...emptyDirs.values(), ...logs.values(), ...layers.values()].reduce(addUsage, noUsage)
  return {emptyDirs, layers, logs, total}
}

const bytesByName = (usages: ReadonlyMap<string, DiskUsage>): Map<string, number> =>
  new Map([...usages].map(([name, {bytes}]) => [name, bytes]))

const containerBytes = ({layers, logs}: DiskUse): Map<string, number> => {
  const sums = bytesByName(layers)
  for (const [name, {bytes}] of logs) sums.set(name, (sums.get(name) ?? 0) + bytes)
  return sums
}

export const storageUseOf = (disk: DiskUse): StorageUse => ({
  emptyDirs: bytesByName(disk.emptyDirs),
  containers: containerBytes(disk),
  totalBytes: disk.total.bytes,
})

const processCount = async ({cri, options}: Kubelet, {sandboxes}: ObservedPod): Promise<number> => {
  const podSandboxId = sandboxes.find(({ready}) => ready)?.id
  if (!podSandboxId) return 0
  const answer = await cri.RuntimeService.PodSandboxStats({podSandboxId}, {signal: options.signal}).catch(
    () => undefined,
  )
  return answer?.stats?.linux?.process?.processCount?.value ?? 0
}

export const podUses = async (
  kubelet: Kubelet,
  pods: readonly {readonly pod: ThePod; readonly observed: ObservedPod}[],
): Promise<PodUse[]> => {
  const memory = new Map((await podUsages(kubelet)).map((usage) => [usage.uid, usage.containers]))
  return Promise.all(
    pods.map(async ({observed, pod}): Promise<PodUse> => {
      const disk = await podDisk(kubelet, pod, observed)
      const bytes = containerBytes(disk)
      const containers = (memory.get(pod.metadata.uid) ?? []).map(({name, workingSetBytes}) => ({
        name,
        memoryBytes: workingSetBytes,
        diskBytes: bytes.get(name) ?? 0,
      }))
      return {
        pod,
        containers,
        memoryBytes: containers.reduce((sum, {memoryBytes}) => sum + memoryBytes, 0),
        diskBytes: disk.total.bytes,
        inodes: disk.total.inodes,
        processes: await processCount(kubelet, observed),
      }
    }),
  )
}
