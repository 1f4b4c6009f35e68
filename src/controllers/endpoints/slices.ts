// Writing EndpointSlices: what those of services and those that mirror Endpoints have in common.
import {unlessReason} from '../../api/errors.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {endpointSlices} from '../../api/resources.ts'
import type {EndpointSlice, OwnerReference} from '../../api/schema/types.gen.ts'
import type {Cached, Change, ReconcileContext} from '../../reconcile/contract.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {allSettled, messageOf} from '../objects/slow-start.ts'
import {sendable} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import type {SlicePlan} from './plan-slices.ts'

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CHANGED = 'endpoints.kubernetes.io/last-change-trigger-time'

/** By the service a slice belongs to: `namespace/name`. */
export const serviceIndex = ({metadata}: Cached<EndpointSlice>): readonly string[] => {
  const name = metadata.labels?.[SERVICE_NAME]
  return name === undefined ? [] : [`${metadata.namespace}/${name}`]
}

export const sliceKeys =
  (manager: string) =>
  ({object, previous}: Change<EndpointSlice>): readonly string[] =>
    [object, ...(previous ? [previous] : [])]
      .filter(({metadata}) => metadata.labels?.[MANAGED_BY] === manager)
      .flatMap(serviceIndex)

export interface SliceOptions {
  readonly owner: OwnerReference
  readonly namespace: string | undefined
  readonly name: string
  readonly labels: Record<string, string>
  readonly annotations?: Record<string, string>
  readonly about: DeepReadonly<KubeObject>
  /** For new slices. */
  readonly changedAt?: string
}

export const writeSlices = async (plan: SlicePlan, options: SliceOptions, context: ReconcileContext): Promise<void> => {
  const {client, clock, events} = context
  const {namespace, name, labels, annotations, owner, changedAt} = options
  try {
    await allSettled([
      ...plan.create.map(({addressType, ports, endpoints}) =>
        client.create(endpointSlices, {
          metadata: {
            namespace,
            generateName: `${name}-`,
            labels,
            annotations: {...annotations, ...(changedAt ? {[CHANGED]: changedAt} : {})},
            ownerReferences: [owner],
          },
          addressType,
          endpoints: [...endpoints],
          ports: [...ports],
        }),
      ),
      ...plan.update.map(({slice, endpoints}) => {
        const {metadata, ...rest} = sendable(slice)
        const changed = changedAt ? {[CHANGED]: timestamp(clock.now())} : {}
        return client.update(endpointSlices, {
          ...rest,
          metadata: {...metadata, labels, annotations: {...metadata.annotations, ...annotations, ...changed}},
          endpoints: [...endpoints],
        })
      }),
      ...plan.remove.map(({metadata}) =>
        client
          .delete(endpointSlices, {namespace, name: metadata.name}, {preconditions: {uid: metadata.uid}})
          .catch(unlessReason('NotFound')),
      ),
    ])
  } catch (error) {
    if (isNamespaceGoing(error)) return
    const message = `Error updating Endpoint Slices for Service ${namespace}/${name}: ${messageOf(error)}`
    events.record(options.about, 'Warning', 'FailedToUpdateEndpointSlices', message)
    throw error
  }
}
