// What a service needs of a pod.

import {labelMap} from '../../api/meta/label-selector.ts'
import {isSame} from '../../api/meta/same.ts'
import type {DeepReadonly} from '../../api/object.ts'
import {services} from '../../api/resources.ts'
import type {Pod, Service, ServicePort} from '../../api/schema/types.gen.ts'
import type {Cached, Change, ReconcileContext} from '../../reconcile/contract.ts'
import {isFinished, isReady, isTerminating} from '../pods/facts.ts'

export type AddressType = 'IPv4' | 'IPv6'

const noIps: readonly string[] = []

const ipsOf = ({status}: Cached<Pod>): readonly string[] => {
  if (status?.podIPs && status.podIPs.length > 0) return status.podIPs.map(({ip}) => ip)
  return status?.podIP ? [status.podIP] : noIps
}

export const addressOf = (pod: Cached<Pod>, type: AddressType): string | undefined =>
  ipsOf(pod).find((ip) => ip.includes(':') === (type === 'IPv6'))

export const hasPlace = (pod: Cached<Pod>, {withTerminating}: {readonly withTerminating: boolean}): boolean =>
  !isFinished(pod) && ipsOf(pod).length > 0 && (withTerminating || !isTerminating(pod))

/** A name of its own in DNS: `hostname.service.namespace.svc`. */
export const hostnameIn = ({metadata, spec}: Cached<Pod>, service: Cached<Service>): string | undefined =>
  spec?.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace
    ? spec.hostname
    : undefined

/** The number of the port on this pod; a name is looked up in its containers. */
export const targetPortOf = (
  pod: Cached<Pod>,
  {targetPort, port, protocol = 'TCP'}: DeepReadonly<ServicePort>,
): number | undefined => {
  if (targetPort === undefined) return port
  if (typeof targetPort === 'number') return targetPort === 0 ? port : targetPort
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter(isSidecar)]
  for (const {ports = []} of containers)
    for (const {name, containerPort, protocol: spoken = 'TCP'} of ports)
      if (name === targetPort && spoken === protocol) return containerPort
  return undefined
}

const isSidecar = ({restartPolicy}: {readonly restartPolicy?: string | undefined}): boolean =>
  restartPolicy === 'Always'

export const selectedBy = (service: Cached<Service>, {cache}: PodsSource): readonly Cached<Pod>[] => {
  const matches = labelMap(service.spec?.selector ?? {})
  return cache(service.metadata.namespace ?? '').filter(({metadata}) => matches(metadata.labels))
}
export interface PodsSource {
  readonly cache: (namespace: string) => readonly Cached<Pod>[]
}

/** Services that select the pod, when something changed that endpoints show. */
export const serviceKeys = ({type, object, previous}: Change<Pod>, context: ReconcileContext): readonly string[] => {
  if (type === 'updated' && previous && !isEndpointChanged(object, previous)) return []
  const {namespace = ''} = object.metadata
  const labels = [object.metadata.labels, previous?.metadata.labels]
  return context
    .cache(services)
    .list(namespace)
    .filter(({spec}) => {
      const selector = spec?.selector
      if (!selector || Object.keys(selector).length === 0) return false
      const matches = labelMap(selector)
      return labels.some((each) => each !== undefined && matches(each))
    })
    .map(({metadata}) => `${namespace}/${metadata.name}`)
}

const isEndpointChanged = (now: Cached<Pod>, before: Cached<Pod>): boolean =>
  isReady(now) !== isReady(before) ||
  isFinished(now) !== isFinished(before) ||
  isTerminating(now) !== isTerminating(before) ||
  now.spec?.nodeName !== before.spec?.nodeName ||
  !isSame(ipsOf(now), ipsOf(before)) ||
  !isSame(now.metadata.labels, before.metadata.labels)

export const hasSelector = ({spec}: Cached<Service>): boolean => Object.keys(spec?.selector ?? {}).length > 0

export const isHeadless = ({spec}: Cached<Service>): boolean =>
  spec?.clusterIP === 'None' && spec.type !== 'ExternalName'
