// What the resize subresource may change: cpu and memory of containers, of the pod as a whole, and nothing else.
import type {FieldErrors} from '../../field-errors.ts'
import {isSame} from '../../meta/same.ts'
import type {Container, Pod, PodSpec, ResourceRequirements} from '../../schema/types.gen.ts'
import {keepStatus} from '../status.ts'
import {qosClassOf} from './qos.ts'

type List = Readonly<Record<string, string>> | undefined

/** Whatever else the body says of a container stays as it was. */
const onlyResources = (containers: Container[] | undefined, old: readonly Container[] | undefined) =>
  containers?.map((container): Container => {
    const before = old?.find(({name}) => name === container.name)
    if (!before) return container
    const {resources: _, ...rest} = before
    return container.resources ? {...rest, resources: container.resources} : rest
  })

export const prepareResize = (pod: Pod, old: Pod): void => {
  if (old.metadata) pod.metadata = {...old.metadata, resourceVersion: pod.metadata?.resourceVersion}
  const before: PodSpec = old.spec ?? {containers: []}
  const {containers, initContainers, resources} = pod.spec ?? {containers: []}
  const {resources: _, initContainers: __, ...kept} = before
  pod.spec = {
    ...kept,
    containers: onlyResources(containers, before.containers) ?? [],
    ...(initContainers ? {initContainers: onlyResources(initContainers, before.initContainers) ?? []} : {}),
    ...(resources ? {resources} : {}),
  }
  keepStatus(pod, old)
}

const isResizable = (pod: Pod): boolean =>
  (pod.status?.containerStatuses ?? []).every(({state, resources}) => !state?.running || resources !== undefined)

const isTaken = (list: List, old: List): boolean => Object.keys(old ?? {}).some((name) => list?.[name] === undefined)

const without = (list: List, old: List): List => {
  const {cpu: _, memory: __, ...rest} = list ?? {}
  const kept = {
    ...rest,
    ...(old?.cpu === undefined ? {} : {cpu: old.cpu}),
    ...(old?.memory === undefined ? {} : {memory: old.memory}),
  }
  return Object.keys(kept).length === 0 ? undefined : kept
}

/** With cpu and memory put back. */
const withoutResize = (resources: ResourceRequirements | undefined, old: ResourceRequirements | undefined) => {
  const back = {
    ...resources,
    limits: without(resources?.limits, old?.limits),
    requests: without(resources?.requests, old?.requests),
  }
  return Object.values(back).every((value) => value === undefined) ? undefined : back
}

const isSameBut = (resources: ResourceRequirements | undefined, old: ResourceRequirements | undefined): boolean =>
  isSame(withoutResize(resources, old), withoutResize(old, old))

const validateOrder = (
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
  label: 'containers' | 'initContainers',
  errors: FieldErrors,
): void => {
  if (containers.length !== old.length) {
    errors.forbidden(`spec.${label}`, `${label} may not be added or removed on resize`)
    return
  }
  for (const [index, {name}] of old.entries())
    if (containers[index]?.name !== name)
      errors.forbidden(`spec.${label}[${index}].name`, `${label} may not be renamed or reordered on resize`)
}

const validateTaken = (
  {resources}: Pick<Container, 'resources'>,
  old: Pick<Container, 'resources'>,
  path: string,
  what: string,
  errors: FieldErrors,
): void => {
  if (isTaken(resources?.requests, old.resources?.requests))
    errors.forbidden(`${path}.requests`, `${what} requests cannot be removed`)
  if (isTaken(resources?.limits, old.resources?.limits))
    errors.forbidden(`${path}.limits`, `${what} limits cannot be removed`)
}

const validatePodLevel = (spec: PodSpec, old: PodSpec, errors: FieldErrors): void => {
  if (old.resources && !spec.resources) {
    errors.forbidden('spec.resources', 'pod-level resources cannot be removed')
    return
  }
  validateTaken(spec, old, 'spec.resources', 'pod-level resource', errors)
  if (!isSameBut(spec.resources, old.resources))
    errors.forbidden('spec', 'only cpu and memory resources are mutable at pod-level')
}

const validateInit = (container: Container, old: Container, path: string, errors: FieldErrors): void => {
  if (!isSameBut(container.resources, old.resources))
    errors.forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable')
  const isSidecar = container.restartPolicy === 'Always'
  const restarts = (container.resizePolicy ?? []).some(({restartPolicy}) => restartPolicy === 'RestartContainer')
  if (!isSidecar && restarts && !isSame(container.resources, old.resources))
    errors.forbidden(path, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized')
}

const validateContainers = (spec: PodSpec, old: PodSpec, errors: FieldErrors): void => {
  const none: Container = {name: ''}
  const each = (
    list: 'containers' | 'initContainers',
    check: (now: Container, before: Container, path: string) => void,
  ): void => {
    for (const [index, before] of (old[list] ?? []).entries())
      check(spec[list]?.[index] ?? none, before, `spec.${list}[${index}]`)
  }
  const taken = (now: Container, before: Container, path: string): void =>
    validateTaken(now, before, `${path}.resources`, 'resource', errors)
  each('initContainers', taken)
  each('containers', taken)
  each('containers', (now, before) => {
    if (!isSameBut(now.resources, before.resources))
      errors.forbidden('spec', 'only cpu and memory resources are mutable')
  })
  each('initContainers', (now, before, path) => validateInit(now, before, path, errors))
}

const neverResized = ({metadata, spec}: Pod): string | undefined => {
  if (metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined) return 'static pods cannot be resized'
  return spec?.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined
}

export const validatePodResize = (pod: Pod, before: Pod, errors: FieldErrors): void => {
  const spec = pod.spec ?? {containers: []}
  const old = before.spec ?? {containers: []}
  const never = neverResized(before)
  if (never) {
    errors.forbidden('', never)
    return
  }
  if ((before.status?.qosClass ?? qosClassOf(old)) !== qosClassOf(spec))
    errors.invalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing')
  if (!isResizable(before)) errors.forbidden('spec', 'Pod running on node without support for resize')
  if (old.resources ?? spec.resources) validatePodLevel(spec, old, errors)
  const known = errors.list.length
  validateOrder(spec.containers, old.containers, 'containers', errors)
  validateOrder(spec.initContainers, old.initContainers, 'initContainers', errors)
  if (errors.list.length === known) validateContainers(spec, old, errors)
}
