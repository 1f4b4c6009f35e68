// Who goes first when a node is short of something: those who use more than they asked for, then the least important,
// then the greediest. Pure.
import {podAmounts} from '../../api/quota/pod-amounts.ts'
import {bytesOf} from '../containers/resources.ts'
import type {ThePod} from '../pods/types.ts'
import type {StarvedResource} from './thresholds.ts'

export interface ContainerUse {
  readonly name: string
  readonly memoryBytes: number
  /** Its writable layer and its logs. */
  readonly diskBytes: number
}

export interface PodUse {
  readonly pod: ThePod
  readonly containers: readonly ContainerUse[]
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly inodes: number
  readonly processes: number
}

const requestOf = (pod: ThePod, resource: StarvedResource): number => {
  const amount = podAmounts(pod, 'requests')[resource]
  return amount ? Number(amount.nanos / 1_000_000_000n) : 0
}

export const usedOf = (use: PodUse, resource: StarvedResource): number =>
  ({memory: use.memoryBytes, 'ephemeral-storage': use.diskBytes, inodes: use.inodes, pids: use.processes})[resource]

/** Nobody asks for inodes or process numbers. */
const hasRequests = (resource: StarvedResource): boolean => resource === 'memory' || resource === 'ephemeral-storage'

export const rankFor = (uses: readonly PodUse[], resource: StarvedResource): PodUse[] => {
  const over = (use: PodUse): number => usedOf(use, resource) - requestOf(use.pod, resource)
  const exceeds = (use: PodUse): number => (hasRequests(resource) && over(use) > 0 ? 1 : 0)
  const priority = ({pod}: PodUse): number => pod.spec?.priority ?? 0
  return [...uses].sort((a, b) => exceeds(b) - exceeds(a) || priority(a) - priority(b) || over(b) - over(a))
}

export const requestText = (use: PodUse, container: string, resource: StarvedResource): string =>
  [...(use.pod.spec?.containers ?? []), ...(use.pod.spec?.initContainers ?? [])].find(({name}) => name === container)
    ?.resources?.requests?.[resource] ?? '0'

export const containerUsed = ({diskBytes, memoryBytes}: ContainerUse, resource: StarvedResource): number | undefined =>
  resource === 'memory' ? memoryBytes : resource === 'ephemeral-storage' ? diskBytes : undefined

export const exceedsRequest = (use: PodUse, container: ContainerUse, resource: StarvedResource): boolean => {
  const used = containerUsed(container, resource)
  return used !== undefined && used > bytesOf(requestText(use, container.name, resource))
}
