// EndpointSlices of services that select pods.
import {unlessReason} from '../../api/errors.ts'
import {isSame} from '../../api/meta/same.ts'
import {endpointSlices, nodes, pods, services} from '../../api/resources.ts'
import type {DiscoveryEndpointPort, Endpoint, EndpointSlice, Pod, Service} from '../../api/schema/types.gen.ts'
import {type Cached, type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'
import {controllerReference} from '../objects/owners.ts'
import {isReady, isTerminating} from '../pods/facts.ts'
import {type PortGroup, planSlices} from './plan-slices.ts'
import {
  type AddressType,
  addressOf,
  hasPlace,
  hasSelector,
  hostnameIn,
  isHeadless,
  selectedBy,
  serviceKeys,
  targetPortOf,
} from './pods.ts'
import {MANAGED_BY, SERVICE_NAME, serviceIndex, sliceKeys, writeSlices} from './slices.ts'

const HEADLESS = 'service.kubernetes.io/headless'
const MANAGER = 'endpointslice-controller.k8s.io'
const ZONE = 'topology.kubernetes.io/zone'

export const endpointSliceController: ControllerSpec = {
  name: 'endpointslice-controller',
  identity: 'endpointslice-controller',
  watches: [
    watching({resource: services}),
    watching({resource: pods, toKeys: serviceKeys}),
    watching({resource: nodes, toKeys: () => []}),
    watching({resource: endpointSlices, toKeys: sliceKeys(MANAGER), indexes: {service: serviceIndex}}),
  ],
  reconcile: async (key, context) => {
    const {cache, client} = context
    const service = cache(services).getByKey(key)
    const existing = cache(endpointSlices)
      .byIndex('service', key)
      .filter(({metadata}) => metadata.labels?.[MANAGED_BY] === MANAGER)
    if (!service) {
      for (const {metadata} of existing)
        await client
          .delete(endpointSlices, {namespace: metadata.namespace, name: metadata.name})
          .catch(unlessReason('NotFound'))
      return
    }
    if (!hasSelector(service) || service.spec?.type === 'ExternalName') return
    await reconcile(service, existing, context)
  },
}

const reconcile = async (
  service: Cached<Service>,
  existing: readonly Cached<EndpointSlice>[],
  context: ReconcileContext,
): Promise<void> => {
  const {cache} = context
  const selected = selectedBy(service, {cache: (namespace) => cache(pods).list(namespace)})
  const zoneOf = (node: string | undefined): string | undefined =>
    node === undefined ? undefined : cache(nodes).get({name: node})?.metadata.labels?.[ZONE]
  const labels = labelsOf(service)
  const groups = planGroups(service, selected, zoneOf)
  const plan = planSlices(groups, existing, ({metadata}) => !isSame(metadata.labels, labels))
  await writeSlices(
    plan,
    {
      owner: controllerReference(services, service),
      name: service.metadata.name,
      namespace: service.metadata.namespace,
      labels,
      about: service,
      changedAt: service.metadata.creationTimestamp,
    },
    context,
  )
}

const labelsOf = (service: Cached<Service>): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(service.metadata.labels ?? {}).filter(([key]) => key !== HEADLESS)),
  ...(isHeadless(service) ? {[HEADLESS]: ''} : {}),
  [SERVICE_NAME]: service.metadata.name,
  [MANAGED_BY]: MANAGER,
})

export const planGroups = (
  service: Cached<Service>,
  selected: readonly Cached<Pod>[],
  zoneOf: (node: string | undefined) => string | undefined,
): readonly PortGroup[] => {
  const groups = new Map<string, PortGroup & {endpoints: Endpoint[]}>()
  const types = (service.spec?.ipFamilies ?? ['IPv4']) as readonly AddressType[]
  for (const addressType of types) {
    for (const pod of selected) {
      const address = addressOf(pod, addressType)
      if (!address || !hasPlace(pod, {withTerminating: true})) continue
      const ports = portsFor(pod, service)
      const key = JSON.stringify([addressType, ports])
      let group = groups.get(key)
      if (!group) groups.set(key, (group = {addressType, ports, endpoints: []}))
      group.endpoints.push(endpointFor(pod, service, address, zoneOf(pod.spec?.nodeName)))
    }
    const isNone = ![...groups.values()].some((group) => group.addressType === addressType)
    if (isNone) groups.set(addressType, {addressType, ports: [], endpoints: []})
  }
  return [...groups.values()]
}

const portsFor = (pod: Cached<Pod>, {spec}: Cached<Service>): DiscoveryEndpointPort[] =>
  (spec?.ports ?? []).flatMap((port) => {
    const number = targetPortOf(pod, port)
    if (number === undefined) return []
    return [
      {
        name: port.name ?? '',
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol ? {appProtocol: port.appProtocol} : {}),
      },
    ]
  })

const endpointFor = (
  pod: Cached<Pod>,
  service: Cached<Service>,
  address: string,
  zone: string | undefined,
): Endpoint => {
  const {namespace, name, uid} = pod.metadata
  const serving = isReady(pod)
  const terminating = isTerminating(pod)
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating)
  const hostname = hostnameIn(pod, service)
  const hints = ready ? hintsFor(service, pod.spec?.nodeName, zone) : undefined
  return {
    addresses: [address],
    conditions: {ready, serving, terminating},
    ...(hostname ? {hostname} : {}),
    ...(hints ? {hints} : {}),
    ...(pod.spec?.nodeName ? {nodeName: pod.spec.nodeName} : {}),
    targetRef: {kind: 'Pod', namespace, name, uid},
    ...(zone ? {zone} : {}),
  }
}

/** What trafficDistribution asks for, for those who route. */
const hintsFor = (
  {spec}: Cached<Service>,
  node: string | undefined,
  zone: string | undefined,
): Endpoint['hints'] | undefined => {
  const wish = spec?.trafficDistribution
  const forZones = zone ? {forZones: [{name: zone}]} : {}
  if (wish === 'PreferSameNode' && node) return {...forZones, forNodes: [{name: node}]}
  return (wish === 'PreferClose' || wish === 'PreferSameZone') && zone ? forZones : undefined
}
