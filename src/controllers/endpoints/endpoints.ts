// Endpoints: the older of the two ways to say who serves a service.
import {unlessReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import {endpoints, pods, services} from '../../api/resources.ts'
import type {EndpointSubset, Endpoints, Service} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'
import {isNamespaceGoing} from '../objects/namespace-going.ts'
import {messageOf} from '../objects/slow-start.ts'
import {sendable} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {planSubsets, truncate} from './plan-endpoints.ts'
import {hasSelector, isHeadless, selectedBy, serviceKeys} from './pods.ts'

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const HEADLESS = 'service.kubernetes.io/headless'
const CHANGED = 'endpoints.kubernetes.io/last-change-trigger-time'
const CAPACITY = 'endpoints.kubernetes.io/over-capacity'

export const endpointsController: ControllerSpec = {
  name: 'endpoints-controller',
  identity: 'endpoint-controller',
  watches: [
    watching({resource: services}),
    watching({resource: pods, toKeys: serviceKeys}),
    watching({
      resource: endpoints,
      toKeys: ({type, object: {metadata}}) => (type === 'deleted' ? [`${metadata.namespace}/${metadata.name}`] : []),
    }),
  ],
  reconcile: async (key, context) => {
    const {cache, client} = context
    const service = cache(services).getByKey(key)
    const current = cache(endpoints).getByKey(key)
    if (service) {
      if (hasSelector(service) && service.spec?.type !== 'ExternalName') await write(service, current, context)
      return
    }
    // Only what this controller made, or what had a service of that name.
    if (!current || current.metadata.annotations?.['control-plane.alpha.kubernetes.io/leader']) return
    const {namespace, name} = current.metadata
    await client.delete(endpoints, {namespace, name}).catch(unlessReason('NotFound'))
  },
}

const write = async (
  service: Cached<Service>,
  current: Cached<Endpoints> | undefined,
  context: ReconcileContext,
): Promise<void> => {
  const {cache, clock} = context
  const all = planSubsets(service, selectedBy(service, {cache: (namespace) => cache(pods).list(namespace)}))
  const {subsets, isOver} = truncate(all)
  const labels = {
    ...service.metadata.labels,
    ...(isHeadless(service) ? {[HEADLESS]: ''} : {}),
    [MANAGED_BY]: 'endpoint-controller',
  }
  const isCurrent =
    current &&
    isSame(sendable(current).subsets, subsets) &&
    isSame(current.metadata.labels, labels) &&
    (current.metadata.annotations?.[CAPACITY] === 'truncated') === isOver
  if (isCurrent) return
  const {[CAPACITY]: _, ...kept} = current?.metadata.annotations ?? {}
  const annotations = {
    ...kept,
    [CHANGED]: current ? timestamp(clock.now()) : service.metadata.creationTimestamp,
    ...(isOver ? {[CAPACITY]: 'truncated'} : {}),
  }
  await send(service, current, {labels, annotations, subsets}, context)
}

const send = async (
  service: Cached<Service>,
  current: Cached<Endpoints> | undefined,
  wanted: {labels: Record<string, string>; annotations: Record<string, string>; subsets: EndpointSubset[]},
  {client, events}: ReconcileContext,
): Promise<void> => {
  const {namespace, name} = service.metadata
  const {labels, annotations, subsets} = wanted
  try {
    if (!current) await client.create(endpoints, {metadata: {namespace, name, labels, annotations}, subsets})
    else {
      const {metadata, ...rest} = sendable(current)
      await client.update(endpoints, {...rest, metadata: {...metadata, labels, annotations}, subsets})
    }
  } catch (error) {
    if (isNamespaceGoing(error)) return
    const verb = current ? 'update' : 'create'
    const reason = current ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint'
    const message = `Failed to ${verb} endpoint ${namespace}/${name}: ${messageOf(error)}`
    events.record(current ?? service, 'Warning', reason, message)
    throw error
  }
}
