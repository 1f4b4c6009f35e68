// Limits as CRI has them, as files of a control group. Pure.
import type {Received} from '../../lib/cri/messages.ts'

export type Resources = Partial<Received<'LinuxContainerResources'>>

export interface Setting {
  /** Version 1: which controller the file belongs to. */
  readonly controller: string
  readonly file: string
  readonly value: string
}

/** Version 2 has weights from 1 to 10000 where version 1 has shares from 2 to 262144. */
export const weightOf = (shares: number): number =>
  1 + Math.floor(((Math.min(Math.max(shares, 2), 262_144) - 2) * 9999) / 262_142)

const quotaOf = ({cpuPeriod, cpuQuota}: Resources): {quota: number; period: number} | undefined =>
  cpuQuota ? {quota: cpuQuota, period: cpuPeriod || 100_000} : undefined

export const settingsV1 = (resources: Resources): Setting[] => {
  const settings: Setting[] = []
  const quota = quotaOf(resources)
  if (resources.cpuShares)
    settings.push({controller: 'cpu', file: 'cpu.shares', value: String(Math.max(2, resources.cpuShares))})
  if (quota) {
    settings.push({controller: 'cpu', file: 'cpu.cfs_period_us', value: String(quota.period)})
    settings.push({controller: 'cpu', file: 'cpu.cfs_quota_us', value: String(quota.quota)})
  }
  if (resources.memoryLimitInBytes)
    settings.push({controller: 'memory', file: 'memory.limit_in_bytes', value: String(resources.memoryLimitInBytes)})
  const pids = resources.unified?.['pids.max']
  if (pids) settings.push({controller: 'pids', file: 'pids.max', value: pids})
  if (resources.cpusetCpus) settings.push({controller: 'cpuset', file: 'cpuset.cpus', value: resources.cpusetCpus})
  return settings
}

export const settingsV2 = (resources: Resources): Setting[] => {
  const settings: Setting[] = []
  const quota = quotaOf(resources)
  if (resources.cpuShares)
    settings.push({controller: 'cpu', file: 'cpu.weight', value: String(weightOf(resources.cpuShares))})
  if (quota)
    settings.push({
      controller: 'cpu',
      file: 'cpu.max',
      value: `${quota.quota < 0 ? 'max' : quota.quota} ${quota.period}`,
    })
  if (resources.memoryLimitInBytes) {
    const value = resources.memoryLimitInBytes < 0 ? 'max' : String(resources.memoryLimitInBytes)
    settings.push({controller: 'memory', file: 'memory.max', value})
  }
  if (resources.cpusetCpus) settings.push({controller: 'cpuset', file: 'cpuset.cpus', value: resources.cpusetCpus})
  for (const [file, value] of Object.entries(resources.unified ?? {}))
    if (!settings.some((setting) => setting.file === file))
      settings.push({controller: file.split('.')[0] ?? '', file, value})
  return settings
}
