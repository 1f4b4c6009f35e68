// A kubelet's settings: KubeletConfiguration (kubelet.config.k8s.io/v1beta1), as far as this kubelet has what they set.
import {UsageError} from '../lib/usage-error.ts'

export interface KubeletConfig {
  readonly maxPods: number
  readonly podPidsLimit: number
  readonly containerLogMaxSize: string
  readonly containerLogMaxFiles: number
  readonly containerLogMonitorInterval: string
  readonly imageMinimumGCAge: string
  readonly imageMaximumGCAge: string
  readonly imageGCHighThresholdPercent: number
  readonly imageGCLowThresholdPercent: number
  readonly evictionHard: Readonly<Record<string, string>>
  readonly evictionSoft: Readonly<Record<string, string>>
  readonly evictionSoftGracePeriod: Readonly<Record<string, string>>
  readonly evictionMinimumReclaim: Readonly<Record<string, string>>
  readonly evictionMaxPodGracePeriod: number
  readonly evictionPressureTransitionPeriod: string
  readonly localStorageCapacityIsolation: boolean
  /** How often the node looks at what is used; a flag of Kubernetes' kubelet. */
  readonly housekeepingInterval: string
  readonly shutdownGracePeriod: string
  readonly shutdownGracePeriodCriticalPods: string
  readonly shutdownGracePeriodByPodPriority: readonly {
    readonly priority: number
    readonly shutdownGracePeriodSeconds: number
  }[]
  readonly allowedUnsafeSysctls: readonly string[]
  readonly systemReserved: Readonly<Record<string, string>>
  readonly kubeReserved: Readonly<Record<string, string>>
  /** Longest wait between two runs of a container that fails. */
  readonly crashLoopBackOff: {readonly maxContainerRestartPeriod: string}
}

export const defaultKubeletConfig: KubeletConfig = {
  maxPods: 110,
  podPidsLimit: -1,
  containerLogMaxSize: '10Mi',
  containerLogMaxFiles: 5,
  containerLogMonitorInterval: '10s',
  imageMinimumGCAge: '2m0s',
  imageMaximumGCAge: '0s',
  imageGCHighThresholdPercent: 85,
  imageGCLowThresholdPercent: 80,
  evictionHard: {
    'imagefs.available': '15%',
    'imagefs.inodesFree': '5%',
    'memory.available': '100Mi',
    'nodefs.available': '10%',
    'nodefs.inodesFree': '5%',
  },
  evictionSoft: {},
  evictionSoftGracePeriod: {},
  evictionMinimumReclaim: {},
  evictionMaxPodGracePeriod: 0,
  evictionPressureTransitionPeriod: '5m0s',
  localStorageCapacityIsolation: true,
  housekeepingInterval: '10s',
  shutdownGracePeriod: '0s',
  shutdownGracePeriodCriticalPods: '0s',
  shutdownGracePeriodByPodPriority: [],
  allowedUnsafeSysctls: [],
  systemReserved: {},
  kubeReserved: {},
  crashLoopBackOff: {maxContainerRestartPeriod: '5m0s'},
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : isMap(value) ? 'map' : typeof value)

/** The defaults with what a file says; refuses what it does not know, by name. */
export const kubeletConfig = (file: unknown, usual = defaultKubeletConfig): KubeletConfig => {
  if (!isMap(file)) throw new UsageError('a KubeletConfiguration must be a map of settings')
  const {apiVersion: _, kind = 'KubeletConfiguration', ...settings} = file
  if (kind !== 'KubeletConfiguration') throw new UsageError(`kind must be KubeletConfiguration, not ${String(kind)}`)
  for (const [name, value] of Object.entries(settings)) {
    const known: unknown = defaultKubeletConfig[name as keyof KubeletConfig]
    if (!Object.hasOwn(defaultKubeletConfig, name))
      throw new UsageError(
        `unknown setting ${JSON.stringify(name)} of the kubelet; known: ${Object.keys(defaultKubeletConfig).join(', ')}`,
      )
    if (kindOf(value) !== kindOf(known)) throw new UsageError(`invalid ${name}: must be a ${kindOf(known)}`)
  }
  return {...usual, ...(settings as Partial<KubeletConfig>)}
}

const units: Readonly<Record<string, number>> = {h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, ns: 0.000_001}

/** A duration as Go writes it: `1m30s`, `500ms`, `0s`. */
export const durationMs = (text: string): number => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g)]
  if (text === '0') return 0
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new UsageError(`invalid duration ${JSON.stringify(text)}`)
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (units[unit] ?? 0), 0)
}
