// Defaults of pod specs, in pods and in templates alike; and those that only pods get.
import type {Container, PodSpec, PodTemplateSpec} from '../../../schema/types.gen.ts'
import {requestsFromLimits} from '../../resource-lists.ts'
import {defaultContainer} from './default-container.ts'
import {defaultVolume} from './default-volume.ts'
import {defaultPodLevelRequests} from './pod-level-resources.ts'

/** The old name of the field says the same as the new one. */
const alignServiceAccount = (spec: PodSpec): void => {
  const name = spec.serviceAccountName || spec.serviceAccount
  if (!name) return
  spec.serviceAccountName = name
  spec.serviceAccount = name
}

export const defaultPodSpec = (spec: PodSpec): void => {
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  if (spec.terminationGracePeriodSeconds < 0) spec.terminationGracePeriodSeconds = 1
  spec.schedulerName ||= 'default-scheduler'
  alignServiceAccount(spec)
  for (const container of [
    ...(spec.containers ?? []),
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ])
    defaultContainer(container)
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

export const defaultPodTemplate = (template: PodTemplateSpec | undefined): void => {
  if (template?.spec) defaultPodSpec(template.spec)
}

/** On the host's network a container's port is the host's. */
const defaultHostPorts = (containers: readonly Container[] | undefined): void => {
  for (const port of (containers ?? []).flatMap(({ports}) => ports ?? [])) port.hostPort ||= port.containerPort
}

export const defaultPodOnly = (spec: PodSpec): void => {
  for (const {resources} of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) requestsFromLimits(resources)
  defaultPodLevelRequests(spec)
  spec.enableServiceLinks ??= true
  if (!spec.hostNetwork) return
  defaultHostPorts(spec.containers)
  defaultHostPorts(spec.initContainers)
}
