// What all parts of one kubelet share.

import {hasReason} from '../api/errors.ts'
import type {DeepReadonly} from '../api/object.ts'
import {configMaps, secrets, services} from '../api/resources.ts'
import type {ConfigMap, Secret, Service} from '../api/schema/types.gen.ts'
import type {CriClient} from '../lib/cri/client.ts'
import type {EventType} from '../reconcile/contract.ts'
import type {OwnedEventRecorder} from '../reconcile/events/recorder.ts'
import type {NodeScene} from './admit/admit.ts'
import type {KubeletConfig} from './config.ts'
import type {ConfigSource} from './containers/env.ts'
import type {FieldSources} from './containers/field-ref.ts'
import type {ImagePuller} from './images/puller.ts'
import type {Metrics} from './metrics.ts'
import type {Machine} from './node/machine.ts'
import type {RuntimeInfo} from './node/runtime-info.ts'
import type {KubeletOptions} from './options.ts'
import type {Observer} from './pods/observe.ts'
import {ephemeralContainersOf, initContainersOf, type ThePod} from './pods/types.ts'
import type {Prober} from './probes/prober.ts'
import type {Allocations} from './resize/allocations.ts'
import type {StatusWriter} from './status/writer.ts'
import type {Volumes} from './volumes/volumes.ts'

export interface Kubelet {
  readonly options: KubeletOptions
  readonly config: KubeletConfig
  readonly cri: CriClient
  readonly runtimeName: string
  /** What it cannot do on this machine, in its own words. */
  readonly runtimeLacks: readonly string[]
  readonly machine: Machine
  /** What the runtime's handlers can do. */
  readonly handlers: RuntimeInfo['handlers']
  readonly events: OwnedEventRecorder
  readonly metrics: Metrics
  readonly observer: Observer
  readonly status: StatusWriter
  readonly volumes: Volumes
  readonly prober: Prober
  readonly images: ImagePuller
  readonly source: ConfigSource
  readonly allocations: Allocations
  /** What else runs here, as it was promised. */
  others(uid: string): readonly ThePod[]
  /** The node as pods are judged by it. */
  scene(): NodeScene
  services(): readonly DeepReadonly<Service>[]
}

/** As events name a part of a pod: `spec.containers{web}`. */
const fieldPathOf = (pod: ThePod, container: string): string => {
  const list = initContainersOf(pod).some(({name}) => name === container)
    ? 'initContainers'
    : ephemeralContainersOf(pod).some(({name}) => name === container)
      ? 'ephemeralContainers'
      : 'containers'
  return `spec.${list}{${container}}`
}

export const podEvent = (
  {events}: Kubelet,
  pod: ThePod,
  type: EventType,
  reason: string,
  message: string,
  annotations?: Readonly<Record<string, string>>,
): void => events.record({...pod, apiVersion: 'v1', kind: 'Pod'}, type, reason, message, annotations)

export const containerEvent = (
  {events}: Kubelet,
  pod: ThePod,
  container: string,
  type: EventType,
  reason: string,
  message: string,
): void => {
  const about = {...pod, apiVersion: 'v1', kind: 'Pod', fieldPath: fieldPathOf(pod, container)}
  events.record(about, type, reason, message)
}

/** Straight from the API: what a container starts with is never older than what made it start. */
export const configSource = ({client, signal}: KubeletOptions): ConfigSource => {
  const unlessMissing = <T>(answer: Promise<T>): Promise<T | undefined> =>
    answer.catch((error) => {
      if (hasReason(error, 'NotFound')) return undefined
      throw error
    })
  return {
    configMap: (namespace, name) => unlessMissing<ConfigMap>(client.get(configMaps, {namespace, name}, {signal})),
    secret: (namespace, name) => unlessMissing<Secret>(client.get(secrets, {namespace, name}, {signal})),
  }
}

export const serviceList = ({informers}: KubeletOptions): (() => readonly DeepReadonly<Service>[]) => {
  const {cache} = informers.informer(services)
  return () => cache.list()
}

export const fieldSources = ({machine, options}: Kubelet, podIps: readonly string[]): FieldSources => ({
  podIp: podIps[0] ?? '',
  podIps,
  hostIps: options.nodeAddresses,
  nodeName: options.nodeName,
  capacity: machine.allocatable,
})
