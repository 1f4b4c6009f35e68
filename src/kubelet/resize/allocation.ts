// What a node has promised a pod: the resources it was admitted with, or resized to. A pod's specification may already
// ask for others. Pure.

import {isSame} from '../../api/meta/same.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {ResourceRequirements} from '../../api/schema/types.gen.ts'
import {containersOf, initContainersOf, type PodContainer, type ThePod} from '../pods/types.ts'

type Resources = DeepReadonly<ResourceRequirements>

export interface Allocation {
  readonly pod: Resources | undefined
  readonly containers: Readonly<Record<string, Resources>>
}

export const allocationOf = (pod: ThePod): Allocation => ({
  pod: pod.spec?.resources,
  containers: Object.fromEntries(
    [...containersOf(pod), ...initContainersOf(pod)].map(({name, resources}) => [name, resources ?? {}]),
  ),
})

export const sameAllocation = (a: Allocation, b: Allocation): boolean => isSame(a, b)

/** The pod as it was promised. */
export const withAllocation = (pod: ThePod, {containers, pod: whole}: Allocation): ThePod => {
  if (sameAllocation(allocationOf(pod), {containers, pod: whole}) || !pod.spec) return pod
  const promised = (container: PodContainer): PodContainer => {
    const {resources: _, ...rest} = container
    return {...rest, resources: containers[container.name] ?? container.resources ?? {}}
  }
  const {resources: _, ...spec} = pod.spec
  return {
    ...pod,
    spec: {
      ...spec,
      ...(whole ? {resources: whole} : {}),
      containers: containersOf(pod).map(promised),
      ...(spec.initContainers ? {initContainers: initContainersOf(pod).map(promised)} : {}),
    },
  }
}
