// Whether the machine runs out of memory, disk or process numbers: Kubernetes' default thresholds.
import {readFileSync, statfsSync} from 'node:fs'

const LEAST_MEMORY = 100 * 1024 * 1024
const LEAST_DISK = 0.05
const LEAST_PIDS = 1000

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not Linux, or hidden from us
  }
}

export const availableMemory = (): number =>
  Number(/^MemAvailable:\s+(\d+)/m.exec(readText('/proc/meminfo'))?.[1] ?? Number.POSITIVE_INFINITY) * 1024

export const readPressure = (folder: string): {memory: boolean; disk: boolean; pid: boolean} => {
  const {bavail, blocks} = statfsSync(folder)
  const most = Number(readText('/proc/sys/kernel/pid_max')) || Number.POSITIVE_INFINITY
  const running = Number(/\/(\d+) /.exec(readText('/proc/loadavg'))?.[1] ?? 0)
  return {
    memory: availableMemory() < LEAST_MEMORY,
    disk: bavail < blocks * LEAST_DISK,
    pid: most - running < LEAST_PIDS,
  }
}
