// CPU and memory as control groups have them, and who is killed first when memory runs out.
import {type QosClass, qosClassOf} from '../../api/kinds/core/qos.ts'
import {parseQuantity} from '../../api/meta/quantity.ts'
import {podAmounts} from '../../api/quota/pod-amounts.ts'
import type {PodSpec} from '../../api/schema/types.gen.ts'
import type {Message} from '../../lib/cri/messages.ts'
import type {PodContainer, ThePod} from '../pods/types.ts'
import {containersOf} from '../pods/types.ts'

const NANO = 1_000_000_000n
const PERIOD = 100_000

export const milliOf = (amount: string | number | undefined): number =>
  amount === undefined ? 0 : Number((parseQuantity(amount).nanos + 999_999n) / 1_000_000n)
export const bytesOf = (amount: string | number | undefined): number =>
  amount === undefined ? 0 : Number((parseQuantity(amount).nanos + NANO - 1n) / NANO)

const amountsOf = ({resources}: PodContainer, name: 'cpu' | 'memory') => ({
  request: resources?.requests?.[name] ?? resources?.limits?.[name],
  limit: resources?.limits?.[name],
})

/** As the server found it when the pod was made: resizing does not change it. */
export const qosOf = (pod: ThePod): QosClass =>
  (pod.status?.qosClass as QosClass | undefined) ?? qosClassOf((pod.spec ?? {containers: []}) as PodSpec)

const oomScoreAdj = (pod: ThePod, container: PodContainer, capacityBytes: number): number => {
  const priority = pod.spec?.priority ?? 0
  if (priority >= 2_000_000_000) return -997
  const qos = qosOf(pod)
  if (qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const share = 1000 - Math.floor((1000 * bytesOf(container.resources?.requests?.memory)) / Math.max(1, capacityBytes))
  return Math.min(Math.max(share, 3), 999)
}

export const cpuSharesOf = (milli: number): number => (milli === 0 ? 2 : Math.max(2, Math.floor((milli * 1024) / 1000)))

const quotaOf = (milli: number): number => (milli === 0 ? 0 : Math.max(1000, Math.floor((milli * PERIOD) / 1000)))

export const containerResources = (
  pod: ThePod,
  container: PodContainer,
  capacityBytes: number,
): Message<'LinuxContainerResources'> => {
  const cpu = amountsOf(container, 'cpu')
  return {
    cpuShares: cpuSharesOf(milliOf(cpu.request)),
    cpuPeriod: PERIOD,
    cpuQuota: quotaOf(milliOf(cpu.limit)),
    memoryLimitInBytes: bytesOf(amountsOf(container, 'memory').limit),
    oomScoreAdj: oomScoreAdj(pod, container, capacityBytes),
  }
}

/** Where the pod's control group hangs: by its class, as Kubernetes has it. */
export const cgroupParentOf = (pod: ThePod): string => {
  const qos = qosOf(pod)
  const folder = qos === 'Guaranteed' ? '' : `/${qos.toLowerCase()}`
  return `/kubepods${folder}/pod${pod.metadata.uid}`
}

/** What the whole pod may have: bounded where it says so itself, or where every container is. */
export const podCgroupResources = (pod: ThePod): Message<'LinuxContainerResources'> => {
  if (qosOf(pod) === 'BestEffort') return {cpuShares: cpuSharesOf(0)}
  const requests = podAmounts(pod, 'requests')
  const limits = podAmounts(pod, 'limits')
  const milli = (nanos: bigint | undefined): number => Number(((nanos ?? 0n) + 999_999n) / 1_000_000n)
  const isBounded = (name: 'cpu' | 'memory'): boolean =>
    pod.spec?.resources?.limits?.[name] !== undefined ||
    containersOf(pod).every(({resources}) => resources?.limits?.[name] !== undefined)
  return {
    cpuShares: cpuSharesOf(milli(requests.cpu?.nanos ?? limits.cpu?.nanos)),
    ...(isBounded('cpu') ? {cpuPeriod: PERIOD, cpuQuota: quotaOf(milli(limits.cpu?.nanos))} : {}),
    ...(isBounded('memory') ? {memoryLimitInBytes: Number((limits.memory?.nanos ?? 0n) / NANO)} : {}),
  }
}

/** What the sandbox itself takes, as its RuntimeClass says. */
export const overheadOf = ({spec}: ThePod): Message<'LinuxContainerResources'> => ({
  cpuShares: cpuSharesOf(milliOf(spec?.overhead?.cpu)),
  cpuPeriod: PERIOD,
  cpuQuota: quotaOf(milliOf(spec?.overhead?.cpu)),
  memoryLimitInBytes: bytesOf(spec?.overhead?.memory),
})
