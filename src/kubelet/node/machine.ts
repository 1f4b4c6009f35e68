// What this machine has to offer, and what it calls itself.
import {existsSync, readFileSync, statfsSync} from 'node:fs'
import {arch, availableParallelism, release, totalmem} from 'node:os'

export interface Machine {
  readonly capacity: Readonly<Record<string, string>>
  readonly allocatable: Readonly<Record<string, string>>
  readonly memoryBytes: number
  readonly architecture: string
  readonly osImage: string
  readonly kernelVersion: string
  readonly machineId: string
  readonly systemUuid: string
  readonly bootId: string
}

const architectures: Readonly<Record<string, string>> = {x64: 'amd64', arm64: 'arm64', ia32: '386', arm: 'arm'}

const readFirst = (...files: readonly string[]): string => {
  for (const file of files)
    if (existsSync(file))
      try {
        return readFileSync(file, 'utf8').trim()
      } catch {
        // not for us to read
      }
  return ''
}

const osImage = (): string =>
  /^PRETTY_NAME="?([^"\n]*)"?/m.exec(readFirst('/etc/os-release', '/usr/lib/os-release'))?.[1] ?? 'Linux'

const cpuText = (cores: number): string => (Number.isInteger(cores) ? String(cores) : `${Math.floor(cores * 1000)}m`)

/** `kept`: what pods cannot have, by resource, for the machine itself and so that nothing has to be evicted. */
export const readMachine = (
  folder: string,
  maxPods: number,
  kept: (resource: string, capacity: number) => number,
): Machine => {
  const {blocks, bsize} = statfsSync(folder)
  const disk = blocks * bsize
  const memoryBytes = totalmem()
  const capacity = {
    cpu: String(availableParallelism()),
    'ephemeral-storage': `${Math.floor(disk / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(memoryBytes / 1024)}Ki`,
    pods: String(maxPods),
  }
  return {
    capacity,
    allocatable: {
      ...capacity,
      cpu: cpuText(availableParallelism() - kept('cpu', availableParallelism())),
      'ephemeral-storage': String(Math.floor(Math.max(0, disk - kept('ephemeral-storage', disk)))),
      memory: `${Math.floor(Math.max(0, memoryBytes - kept('memory', memoryBytes)) / 1024)}Ki`,
    },
    memoryBytes,
    architecture: architectures[arch()] ?? arch(),
    osImage: osImage(),
    kernelVersion: release(),
    machineId: readFirst('/etc/machine-id', '/var/lib/dbus/machine-id'),
    systemUuid: readFirst('/sys/class/dmi/id/product_uuid', '/etc/machine-id'),
    bootId: readFirst('/proc/sys/kernel/random/boot_id'),
  }
}
