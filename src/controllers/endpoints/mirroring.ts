// EndpointSlices for Endpoints that people write themselves, for services without a selector.
import {unlessReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import {endpointSlices, endpoints, services} from '../../api/resources.ts'
import type {Endpoint, EndpointAddress, Endpoints} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, watching} from '../../reconcile/contract.ts'
import {controllerReference} from '../objects/owners.ts'
import {sendable} from '../objects/status.ts'
import {type PortGroup, planSlices} from './plan-slices.ts'
import {hasSelector} from './pods.ts'
import {MANAGED_BY, SERVICE_NAME, serviceIndex, sliceKeys, writeSlices} from './slices.ts'

const MANAGER = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const notMirrored = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
])
/** More addresses of one subset are not mirrored. */
const LARGEST_SUBSET = 1000

const isMirrored = ({metadata}: Cached<Endpoints>): boolean =>
  metadata.labels?.[SKIP] !== 'true' &&
  metadata.labels?.['endpoints.kubernetes.io/managed-by'] !== 'endpoint-controller' &&
  metadata.annotations?.[LEADER] === undefined

export const endpointSliceMirroringController: ControllerSpec = {
  name: 'endpointslice-mirroring-controller',
  identity: 'endpointslicemirroring-controller',
  watches: [
    watching({resource: endpoints}),
    watching({resource: services}),
    watching({resource: endpointSlices, toKeys: sliceKeys(MANAGER), indexes: {service: serviceIndex}}),
  ],
  reconcile: async (key, context) => {
    const {cache, client} = context
    const existing = cache(endpointSlices)
      .byIndex('service', key)
      .filter(({metadata}) => metadata.labels?.[MANAGED_BY] === MANAGER)
    const source = cache(endpoints).getByKey(key)
    const service = cache(services).getByKey(key)
    if (!source || !service || !isMirrored(source) || hasSelector(service)) {
      for (const {metadata} of existing)
        await client
          .delete(endpointSlices, {namespace: metadata.namespace, name: metadata.name})
          .catch(unlessReason('NotFound'))
      return
    }
    const labels = {...source.metadata.labels, [SERVICE_NAME]: source.metadata.name, [MANAGED_BY]: MANAGER}
    const annotations = Object.fromEntries(
      Object.entries(source.metadata.annotations ?? {}).filter(([name]) => !notMirrored.has(name)),
    )
    const plan = planSlices(planMirror(source), existing, ({metadata}) => !isSame(metadata.labels, labels))
    const {namespace, name} = source.metadata
    const owner = controllerReference(endpoints, source)
    await writeSlices(plan, {owner, namespace, name, labels, annotations, about: source}, context)
  },
}

export const planMirror = (source: Cached<Endpoints>): readonly PortGroup[] =>
  (sendable(source).subsets ?? []).flatMap(({addresses = [], notReadyAddresses = [], ports = []}) => {
    const all = [
      ...addresses.map((address) => mirrored(address, true)),
      ...notReadyAddresses.map((address) => mirrored(address, false)),
    ].slice(0, LARGEST_SUBSET)
    const slicePorts = ports.map(({name = '', port, protocol = 'TCP', appProtocol}) => ({
      name,
      port,
      protocol,
      ...(appProtocol ? {appProtocol} : {}),
    }))
    return (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
      const endpoints = all.filter((endpoint) => endpoint.addresses[0]?.includes(':') === (addressType === 'IPv6'))
      return endpoints.length > 0 ? [{addressType, ports: slicePorts, endpoints}] : []
    })
  })

const mirrored = ({ip, hostname, nodeName, targetRef}: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: {ready},
  ...(hostname ? {hostname} : {}),
  ...(nodeName ? {nodeName} : {}),
  ...(targetRef ? {targetRef} : {}),
})
