// What has to change in the runtime so that running containers have what they were promised. Pure.
import type {Message} from '../../lib/cri/messages.ts'
import {containerResources} from '../containers/resources.ts'
import {
  containersOf,
  initContainersOf,
  isSidecar,
  type LinuxLimits,
  latestOf,
  type ObservedContainer,
  type ObservedPod,
  type PodContainer,
  type ThePod,
} from '../pods/types.ts'

export interface ResizeStep {
  readonly container: PodContainer
  readonly running: ObservedContainer
  readonly resources: Message<'LinuxContainerResources'>
  /** Its policy has it started again instead. */
  readonly restarts: boolean
}

const limitsOf = (resources: Message<'LinuxContainerResources'>): LinuxLimits => ({
  cpuShares: resources.cpuShares ?? 0,
  cpuQuota: resources.cpuQuota ?? 0,
  memoryLimitInBytes: resources.memoryLimitInBytes ?? 0,
})

/** Shares below the kernel's least, and no quota at all, come back in several spellings. */
const changesOf = (actual: LinuxLimits, wanted: LinuxLimits): ('cpu' | 'memory')[] => {
  const cpu =
    Math.max(2, actual.cpuShares) !== Math.max(2, wanted.cpuShares) ||
    Math.max(0, actual.cpuQuota) !== Math.max(0, wanted.cpuQuota)
  const memory = Math.max(0, actual.memoryLimitInBytes) !== Math.max(0, wanted.memoryLimitInBytes)
  return [...(cpu ? (['cpu'] as const) : []), ...(memory ? (['memory'] as const) : [])]
}

/** `told`: what the runtime was told last, by container id; else its own word counts. */
export const resizeSteps = (
  pod: ThePod,
  observed: ObservedPod,
  told: ReadonlyMap<string, LinuxLimits>,
  capacityBytes: number,
): ResizeStep[] =>
  [...containersOf(pod), ...initContainersOf(pod).filter(isSidecar)].flatMap((container) => {
    const running = latestOf(observed, container.name)
    if (running?.state !== 'running') return []
    const actual = told.get(running.id) ?? running.limits
    if (!actual) return []
    const resources = containerResources(pod, container, capacityBytes)
    const changes = changesOf(actual, limitsOf(resources))
    if (changes.length === 0) return []
    const restarts = changes.some((resource) =>
      (container.resizePolicy ?? []).some(
        ({resourceName, restartPolicy}) => resourceName === resource && restartPolicy === 'RestartContainer',
      ),
    )
    return [{container, running, resources, restarts}]
  })
