// The Endpoints of a service: addresses grouped by the ports they serve.
import type {CoreEndpointPort, EndpointAddress, EndpointSubset, Pod, Service} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {isReady} from '../pods/facts.ts'
import {type AddressType, addressOf, hasPlace, hostnameIn, isHeadless, targetPortOf} from './pods.ts'

/** As many addresses as fit; the rest is only in EndpointSlices. */
export const CAPACITY = 1000

interface Group {
  readonly ports: readonly CoreEndpointPort[]
  readonly ready: EndpointAddress[]
  readonly notReady: EndpointAddress[]
}

const compare = (a: string | undefined, b: string | undefined): number => ((a ?? '') < (b ?? '') ? -1 : a === b ? 0 : 1)

export const planSubsets = (service: Cached<Service>, pods: readonly Cached<Pod>[]): EndpointSubset[] => {
  const groups = new Map<string, Group>()
  const toAll = service.spec?.publishNotReadyAddresses === true
  const type = (service.spec?.ipFamilies?.[0] ?? 'IPv4') as AddressType
  for (const pod of pods) {
    const ip = addressOf(pod, type)
    if (!ip || !hasPlace(pod, {withTerminating: toAll})) continue
    const address = addressFor(pod, service, ip)
    const ports = portsFor(pod, service)
    // Without a port there is nothing to reach, unless the service only names its pods.
    const portSets =
      ports.length > 0 ? ports.map((port) => [port]) : isHeadless(service) && !service.spec?.ports?.length ? [[]] : []
    for (const portSet of portSets) {
      const key = JSON.stringify(portSet)
      let group = groups.get(key)
      if (!group) groups.set(key, (group = {ports: portSet, ready: [], notReady: []}))
      ;(toAll || isReady(pod) ? group.ready : group.notReady).push(address)
    }
  }
  return merge([...groups.values()])
}

const addressFor = (pod: Cached<Pod>, service: Cached<Service>, ip: string): EndpointAddress => {
  const {namespace, name, uid} = pod.metadata
  const hostname = hostnameIn(pod, service)
  return {
    ip,
    ...(hostname ? {hostname} : {}),
    ...(pod.spec?.nodeName ? {nodeName: pod.spec.nodeName} : {}),
    targetRef: {kind: 'Pod', namespace, name, uid},
  }
}

const portsFor = (pod: Cached<Pod>, {spec}: Cached<Service>): CoreEndpointPort[] =>
  (spec?.ports ?? []).flatMap((port) => {
    const number = targetPortOf(pod, port)
    if (number === undefined) return []
    return [
      {
        ...(port.name ? {name: port.name} : {}),
        port: number,
        protocol: port.protocol ?? 'TCP',
        ...(port.appProtocol ? {appProtocol: port.appProtocol} : {}),
      },
    ]
  })

/** Ports whose addresses are the same share a subset. In a fixed order, so that nothing is rewritten for nothing. */
const merge = (groups: readonly Group[]): EndpointSubset[] => {
  const byAddresses = new Map<string, {ports: CoreEndpointPort[]; group: Group}>()
  const byIp = (a: EndpointAddress, b: EndpointAddress): number =>
    compare(a.ip, b.ip) || compare(a.targetRef?.uid, b.targetRef?.uid)
  for (const group of groups) {
    group.ready.sort(byIp)
    group.notReady.sort(byIp)
    const key = JSON.stringify([group.ready, group.notReady])
    const same = byAddresses.get(key)
    if (same) same.ports.push(...group.ports)
    else byAddresses.set(key, {ports: [...group.ports], group})
  }
  return [...byAddresses.values()]
    .map(({ports, group}) => ({
      ...(group.ready.length > 0 ? {addresses: group.ready} : {}),
      ...(group.notReady.length > 0 ? {notReadyAddresses: group.notReady} : {}),
      ...(ports.length > 0
        ? {ports: ports.sort((a, b) => compare(a.name, b.name) || a.port - b.port || compare(a.protocol, b.protocol))}
        : {}),
    }))
    .sort((a, b) => compare(JSON.stringify(a.ports), JSON.stringify(b.ports)))
}

/** The first thousand, ready ones first. */
export const truncate = (
  subsets: readonly EndpointSubset[],
): {readonly subsets: EndpointSubset[]; readonly isOver: boolean} => {
  const count = (pick: (subset: EndpointSubset) => EndpointAddress[] | undefined): number =>
    subsets.reduce((total, subset) => total + (pick(subset)?.length ?? 0), 0)
  const ready = count(({addresses}) => addresses)
  if (ready + count(({notReadyAddresses}) => notReadyAddresses) <= CAPACITY)
    return {subsets: [...subsets], isOver: false}
  let [readyLeft, notReadyLeft] = [CAPACITY, Math.max(0, CAPACITY - ready)]
  const kept = subsets.map(({addresses = [], notReadyAddresses = [], ...subset}) => {
    const [keptReady, keptNotReady] = [addresses.slice(0, readyLeft), notReadyAddresses.slice(0, notReadyLeft)]
    readyLeft -= keptReady.length
    notReadyLeft -= keptNotReady.length
    return {
      ...(keptReady.length > 0 ? {addresses: keptReady} : {}),
      ...(keptNotReady.length > 0 ? {notReadyAddresses: keptNotReady} : {}),
      ...subset,
    }
  })
  return {subsets: kept.filter(({addresses, notReadyAddresses}) => addresses || notReadyAddresses), isOver: true}
}
