// Spreads endpoints over slices of at most a hundred, changing as few slices as it can. Pure.
import {isSame} from '../../api/meta/same.ts'
import type {DiscoveryEndpointPort, Endpoint, EndpointSlice} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'
import type {AddressType} from './pods.ts'

export const LARGEST_SLICE = 100

/** Endpoints that serve the same ports. */
export interface PortGroup {
  readonly addressType: AddressType
  readonly ports: readonly DiscoveryEndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

export interface SlicePlan {
  readonly create: readonly PortGroup[]
  readonly update: readonly {readonly slice: Cached<EndpointSlice>; readonly endpoints: readonly Endpoint[]}[]
  readonly remove: readonly Cached<EndpointSlice>[]
}

interface Draft {
  readonly slice: Cached<EndpointSlice>
  readonly endpoints: Endpoint[]
  isChanged: boolean
}

const portsKey = (addressType: string, ports: readonly DiscoveryEndpointPort[] | undefined | null): string =>
  JSON.stringify([
    addressType,
    [...(ports ?? [])]
      .map(({name = '', port, protocol = 'TCP', appProtocol}) => [name, port, protocol, appProtocol])
      .sort(),
  ])

export const endpointKey = ({targetRef, addresses}: Endpoint): string => targetRef?.uid ?? addresses.join(',')

/** `isStale` tells slices that must be written again anyway (their labels differ). */
export const planSlices = (
  groups: readonly PortGroup[],
  existing: readonly Cached<EndpointSlice>[],
  isStale: (slice: Cached<EndpointSlice>) => boolean,
): SlicePlan => {
  const byPorts = new Map<string, Cached<EndpointSlice>[]>()
  for (const slice of existing) {
    const key = portsKey(slice.addressType, sendable(slice).ports)
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice])
  }
  const create: PortGroup[] = []
  const drafts: Draft[] = []
  const remove: Cached<EndpointSlice>[] = []
  for (const group of groups) {
    const key = portsKey(group.addressType, group.ports)
    const kept = pack(group, byPorts.get(key) ?? [])
    byPorts.delete(key)
    create.push(...kept.create)
    for (const draft of kept.drafts) {
      // The last one stays even when empty, if the group is: it says that the service is known.
      const isNeeded = draft.endpoints.length > 0 || (group.endpoints.length === 0 && draft === kept.drafts[0])
      if (isNeeded) drafts.push(draft)
      else remove.push(draft.slice)
    }
  }
  for (const slices of byPorts.values()) remove.push(...slices)
  const update = drafts
    .filter(({slice, isChanged}) => isChanged || isStale(slice))
    .map(({slice, endpoints}) => ({slice, endpoints}))
  return {create, update, remove}
}

const pack = (
  {addressType, ports, endpoints}: PortGroup,
  existing: readonly Cached<EndpointSlice>[],
): {readonly drafts: readonly Draft[]; readonly create: readonly PortGroup[]} => {
  const wanted = new Map(endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]))
  const drafts = existing.map((slice) => keep(slice, wanted))
  const rest = [...wanted.values()]
  // First where something changes anyway, then where there is the least room left, so that slices fill up.
  const roomy = drafts
    .filter((draft) => draft.endpoints.length < LARGEST_SLICE)
    .sort((a, b) => Number(b.isChanged) - Number(a.isChanged) || b.endpoints.length - a.endpoints.length)
  for (const draft of roomy) {
    const moved = rest.splice(0, LARGEST_SLICE - draft.endpoints.length)
    if (moved.length === 0) break
    draft.endpoints.push(...moved)
    draft.isChanged = true
  }
  const create: PortGroup[] = []
  while (rest.length > 0) create.push({addressType, ports, endpoints: rest.splice(0, LARGEST_SLICE)})
  if (drafts.length === 0 && create.length === 0) create.push({addressType, ports, endpoints: []})
  return {drafts, create}
}

/** Takes out of `wanted` what the slice has already. */
const keep = (slice: Cached<EndpointSlice>, wanted: Map<string, Endpoint>): Draft => {
  const before = sendable(slice).endpoints ?? []
  const endpoints: Endpoint[] = []
  let isChanged = false
  for (const known of before) {
    const key = endpointKey(known)
    const now = wanted.get(key)
    if (!now) {
      isChanged = true
      continue
    }
    wanted.delete(key)
    if (!isSame(known, now)) isChanged = true
    endpoints.push(now)
  }
  return {slice, endpoints, isChanged}
}
