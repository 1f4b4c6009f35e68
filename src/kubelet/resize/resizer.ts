// One pod's resizes: asks whether the node has what is wanted, promises it, and makes it so, container by container.

import {podCgroupResources} from '../containers/resources.ts'
import {type Kubelet, podEvent} from '../kubelet.ts'
import {containersOf, initContainersOf, type LinuxLimits, type ObservedPod, type ThePod} from '../pods/types.ts'
import type {ResizeProgress} from '../status/conditions.ts'
import {type ResizeStep, resizeSteps} from './actuate.ts'
import {type PendingResize, resizeRefusal} from './decide.ts'

export class PodResizer {
  readonly #kubelet: Kubelet
  readonly #told = new Map<string, LinuxLimits>()
  #pending: PendingResize | undefined
  /** Of the specification whose resources are being given. */
  #givingGeneration: number | undefined
  #error: string | undefined

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet
  }

  get waits(): boolean {
    return this.#pending?.reason === 'Deferred'
  }

  get progress(): ResizeProgress {
    const generation = this.#givingGeneration
    return {
      pending: this.#pending,
      inProgress: generation === undefined ? undefined : {generation, error: this.#error},
    }
  }

  /** What running containers really have: their promised resources, unless those are still on their way. */
  isGiven(pod: ThePod, observed: ObservedPod, name: string): boolean {
    return !this.#steps(pod, observed).some(({container}) => container.name === name)
  }

  /** Promises what the pod asks for now, if the node has it; true when something was promised. */
  decide(desired: ThePod): boolean {
    const {allocations, machine} = this.#kubelet
    if (allocations.isKept(desired)) {
      this.#pending = undefined
      return false
    }
    const refusal = resizeRefusal(desired, this.#kubelet.others(desired.metadata.uid), machine.allocatable)
    if (refusal) {
      if (refusal.message !== this.#pending?.message)
        this.#tell(desired, 'Warning', `Resize${refusal.reason}`, refusal.reason.toLowerCase(), refusal.message)
      this.#pending = refusal
      return false
    }
    allocations.promise(desired)
    this.#pending = undefined
    this.#error = undefined
    this.#givingGeneration = desired.metadata.generation ?? 0
    this.#tell(desired, 'Normal', 'ResizeStarted', 'started')
    return true
  }

  /** Changes what can be changed in place; gives those that are to be started again instead. */
  async act(pod: ThePod, observed: ObservedPod): Promise<readonly ResizeStep[]> {
    const steps = this.#steps(pod, observed)
    if (steps.length === 0) {
      await this.#complete(pod, observed)
      return []
    }
    this.#givingGeneration ??= pod.metadata.generation ?? 0
    const inPlace = steps.filter(({restarts}) => !restarts)
    this.#error = await this.#tooSmall(inPlace)
    if (this.#error) return []
    try {
      await this.#give(pod, observed, inPlace)
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error)
      return []
    }
    const restarting = steps.filter(({restarts}) => restarts)
    if (restarting.length === 0) await this.#complete(pod, observed)
    return restarting
  }

  async #give(pod: ThePod, observed: ObservedPod, steps: readonly ResizeStep[]): Promise<void> {
    await this.#giveToPod(pod, observed, steps, 'before')
    for (const {resources, running} of steps) {
      await this.#kubelet.cri.RuntimeService.UpdateContainerResources({containerId: running.id, linux: resources})
      const {cpuQuota = 0, cpuShares = 0, memoryLimitInBytes = 0} = resources
      this.#told.set(running.id, {cpuQuota, cpuShares, memoryLimitInBytes})
    }
  }

  #steps(pod: ThePod, observed: ObservedPod): ResizeStep[] {
    return resizeSteps(pod, observed, this.#told, this.#kubelet.machine.memoryBytes)
  }

  async #complete(pod: ThePod, observed: ObservedPod): Promise<void> {
    if (this.#givingGeneration === undefined) return
    await this.#giveToPod(pod, observed, [], 'after')
    this.#givingGeneration = undefined
    this.#error = undefined
    this.#tell(pod, 'Normal', 'ResizeCompleted', 'completed')
  }

  /** The whole grows before its parts, and shrinks after them: a part is never larger than the whole. */
  async #giveToPod(
    pod: ThePod,
    {sandboxes}: ObservedPod,
    steps: readonly ResizeStep[],
    when: 'before' | 'after',
  ): Promise<void> {
    const podSandboxId = sandboxes.find(({ready}) => ready)?.id
    if (!podSandboxId || (when === 'before' && !steps.some(grows))) return
    const resources = podCgroupResources(pod)
    const update = this.#kubelet.cri.RuntimeService.UpdatePodSandboxResources({podSandboxId, resources})
    await update.catch((error) => {
      // A runtime that leaves the pod's group to the kubelet does not have this call.
      this.#kubelet.options.logger.debug('pod resources not updated', {error})
    })
  }

  /** A limit below what is used would have the kernel kill something. */
  async #tooSmall(steps: readonly ResizeStep[]): Promise<string | undefined> {
    for (const {container, resources, running} of steps) {
      const limit = resources.memoryLimitInBytes ?? 0
      if (limit === 0 || limit >= (running.limits?.memoryLimitInBytes ?? 0)) continue
      const answer = await this.#kubelet.cri.RuntimeService.ContainerStats({containerId: running.id}).catch(
        () => undefined,
      )
      const used = answer?.stats?.memory?.workingSetBytes?.value ?? 0
      if (used > limit)
        return `cannot decrease memory limits: attempting to set container ${JSON.stringify(container.name)} memory limit (${limit}) below current usage (${used})`
    }
    return undefined
  }

  #tell(pod: ThePod, type: 'Normal' | 'Warning', reason: string, verb: string, error?: string): void {
    const summary = {
      ...(initContainersOf(pod).length > 0 ? {initContainers: initContainersOf(pod).map(described)} : {}),
      containers: containersOf(pod).map(described),
      generation: pod.metadata.generation,
      error,
    }
    podEvent(this.#kubelet, pod, type, reason, `Pod resize ${verb}: ${JSON.stringify(summary)}`)
  }
}

const described = ({name, resources}: {readonly name: string; readonly resources?: object | undefined}) => ({
  name,
  resources: resources ?? {},
})

const grows = ({resources, running}: ResizeStep): boolean => {
  const {cpuQuota = 0, memoryLimitInBytes = 0} = resources
  return cpuQuota > (running.limits?.cpuQuota ?? 0) || memoryLimitInBytes > (running.limits?.memoryLimitInBytes ?? 0)
}
