// /stats/summary: what the node and every pod on it use, of processors, memory, disks and processes.
import {readFileSync, statfsSync} from 'node:fs'
import {totalmem} from 'node:os'
import {observeNode} from '../eviction/observe.ts'
import {type DiskUse, podDisk} from '../eviction/pod-use.ts'
import type {Kubelet} from '../kubelet.ts'
import type {PodWorker} from '../pods/worker.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {Rates} from './rates.ts'
import {nodeUsage, type PodUsage, podUsages, sumOf, type Usage} from './stats.ts'

/** Counting files is work: once a minute is enough. */
const KEEP_DISK_MS = 60_000

const stamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const filesystem = (folder: string, nowMs: number) => {
  const {bavail, bfree, blocks, bsize, ffree, files} = statfsSync(folder)
  return {
    time: stamp(nowMs),
    availableBytes: bavail * bsize,
    capacityBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
    inodesFree: ffree,
    inodes: files,
    inodesUsed: files - ffree,
  }
}

const networkOf = (nowMs: number) => {
  const interfaces = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .slice(2)
    .filter(Boolean)
    .map((line) => {
      const [name = '', numbers = ''] = line.split(':')
      const [rxBytes, , rxErrors, , , , , , txBytes, , txErrors] = numbers.trim().split(/\s+/).map(Number)
      return {name: name.trim(), rxBytes, rxErrors, txBytes, txErrors}
    })
    .filter(({name}) => name !== 'lo' && !name.startsWith('mini') && !name.startsWith('veth'))
  const [first] = interfaces
  return {time: stamp(nowMs), ...(first ?? {name: ''}), interfaces}
}

export class Summary {
  readonly #kubelet: Kubelet
  readonly #workers: PodWorkers
  readonly #rates = new Rates()
  readonly #disks = new Map<string, {atMs: number; use: DiskUse}>()

  constructor(kubelet: Kubelet, workers: PodWorkers) {
    this.#kubelet = kubelet
    this.#workers = workers
  }

  async read(): Promise<object> {
    const {clock} = this.#kubelet.options
    const nowMs = clock.now()
    const usages = await podUsages(this.#kubelet)
    this.#rates.keepOnly(
      new Set([
        'node',
        ...usages.flatMap(({containers, uid}) => [uid, ...containers.map(({name}) => `${uid}/${name}`)]),
      ]),
    )
    const pods = []
    for (const usage of usages) pods.push(await this.#pod(usage, nowMs))
    return {node: await this.#node(nowMs), pods}
  }

  #work(key: string, usage: Pick<Usage, 'atMs' | 'cpuNanos' | 'workingSetBytes' | 'usageBytes' | 'rssBytes'>) {
    return {
      cpu: {
        time: stamp(usage.atMs),
        usageNanoCores: this.#rates.nanoCores(key, usage),
        usageCoreNanoSeconds: usage.cpuNanos,
      },
      memory: {
        time: stamp(usage.atMs),
        usageBytes: usage.usageBytes,
        workingSetBytes: usage.workingSetBytes,
        rssBytes: usage.rssBytes,
      },
    }
  }

  async #node(nowMs: number): Promise<object> {
    const {nodeName, podsFolder} = this.#kubelet.options
    const uptimeMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000
    const {cpu, memory} = this.#work('node', nodeUsage(nowMs))
    const seen = await observeNode(this.#kubelet)
    const pid = seen['pid.available']
    const image = seen['imagefs.available']
    const imageFs = image && {
      time: stamp(nowMs),
      availableBytes: image.available,
      capacityBytes: image.capacity,
      usedBytes: image.capacity - image.available,
    }
    return {
      nodeName,
      startTime: stamp(nowMs - uptimeMs),
      cpu,
      memory: {...memory, availableBytes: Math.max(0, totalmem() - memory.workingSetBytes)},
      network: networkOf(nowMs),
      fs: filesystem(podsFolder, nowMs),
      ...(imageFs ? {runtime: {imageFs, containerFs: imageFs}} : {}),
      ...(pid ? {rlimit: {time: stamp(nowMs), maxpid: pid.capacity, curproc: pid.capacity - pid.available}} : {}),
    }
  }

  async #pod({containers, name, namespace, uid}: PodUsage, nowMs: number): Promise<object> {
    const worker = this.#workers.get(uid)
    const disk = worker && (await this.#disk(worker, nowMs))
    const fs = filesystem(this.#kubelet.options.podsFolder, nowMs)
    const used = (bytes = 0, inodesUsed = 0) => ({...fs, usedBytes: bytes, inodesUsed})
    return {
      podRef: {name, namespace, uid},
      startTime: worker?.pod.status?.startTime ?? stamp(nowMs),
      containers: containers.map((container) => {
        const layer = disk?.layers.get(container.name)
        const log = disk?.logs.get(container.name)
        return {
          name: container.name,
          startTime: stamp(this.#startedAt(worker, container.name) ?? nowMs),
          ...this.#work(`${uid}/${container.name}`, container),
          rootfs: used(layer?.bytes, layer?.inodes),
          logs: used(log?.bytes, log?.inodes),
        }
      }),
      ...this.#work(uid, {
        atMs: nowMs,
        cpuNanos: sumOf(containers, (one) => one.cpuNanos),
        workingSetBytes: sumOf(containers, (one) => one.workingSetBytes),
        usageBytes: sumOf(containers, (one) => one.usageBytes),
        rssBytes: sumOf(containers, (one) => one.rssBytes),
      }),
      volume: [...(disk?.emptyDirs ?? [])].map(([volume, {bytes, inodes}]) => ({name: volume, ...used(bytes, inodes)})),
      'ephemeral-storage': used(disk?.total.bytes, disk?.total.inodes),
    }
  }

  #startedAt(worker: PodWorker | undefined, name: string): number | undefined {
    return worker?.observed.containers.find((one) => one.name === name && one.state === 'running')?.startedAtMs
  }

  async #disk({observed, pod, uid}: PodWorker, nowMs: number): Promise<DiskUse> {
    const known = this.#disks.get(uid)
    if (known && nowMs - known.atMs < KEEP_DISK_MS) return known.use
    const use = await podDisk(this.#kubelet, pod, observed)
    this.#disks.set(uid, {atMs: nowMs, use})
    for (const other of this.#disks.keys()) if (!this.#workers.get(other)) this.#disks.delete(other)
    return use
  }
}
