// What the node has left.
import {existsSync, readFileSync, statfsSync} from 'node:fs'
import {totalmem} from 'node:os'
import type {Kubelet} from '../kubelet.ts'
import {availableMemory} from '../node/pressure.ts'
import type {Observation, Observations} from './thresholds.ts'

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not Linux, or hidden from us
  }
}

const filesystem = (folder: string | undefined): {available: Observation; inodes: Observation} | undefined => {
  if (!folder || !existsSync(folder)) return undefined
  const {bavail, blocks, bsize, ffree, files} = statfsSync(folder)
  return {
    available: {available: bavail * bsize, capacity: blocks * bsize},
    // File systems that make inodes as they go say there are none.
    inodes: files === 0 ? {available: 1, capacity: 1} : {available: ffree, capacity: files},
  }
}

const processes = (): Observation | undefined => {
  const most = Math.min(
    Number(readText('/proc/sys/kernel/pid_max')) || Number.POSITIVE_INFINITY,
    Number(readText('/proc/sys/kernel/threads-max')) || Number.POSITIVE_INFINITY,
  )
  const running = Number(/\/(\d+) /.exec(readText('/proc/loadavg'))?.[1] ?? 0)
  return Number.isFinite(most) ? {available: most - running, capacity: most} : undefined
}

export const observeNode = async ({cri, options}: Kubelet): Promise<Observations> => {
  const {imageFilesystems} = await cri.ImageService.ImageFsInfo({}, {signal: options.signal}).catch(() => ({
    imageFilesystems: [],
  }))
  const nodeFs = filesystem(options.podsFolder)
  const imageFs = filesystem(imageFilesystems[0]?.fsId?.mountpoint) ?? nodeFs
  const pid = processes()
  return {
    'memory.available': {available: availableMemory(), capacity: totalmem()},
    ...(nodeFs ? {'nodefs.available': nodeFs.available, 'nodefs.inodesFree': nodeFs.inodes} : {}),
    ...(imageFs
      ? {
          'imagefs.available': imageFs.available,
          'imagefs.inodesFree': imageFs.inodes,
          'containerfs.available': imageFs.available,
          'containerfs.inodesFree': imageFs.inodes,
        }
      : {}),
    ...(pid ? {'pid.available': pid} : {}),
  }
}
