// What the cluster says in DNS, after the Kubernetes DNS specification: names below the cluster's domain, made from
// Services and EndpointSlices. Pure: the caches in, records out.
import type {Endpoint, EndpointSlice, Service} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'
import {reverseName} from './reverse.ts'

export interface AddressRecord {
  readonly type: 'A' | 'AAAA'
  readonly address: string
}
export interface ServiceRecord {
  readonly type: 'SRV'
  readonly port: number
  readonly target: string
}
export interface NameRecord {
  readonly type: 'CNAME' | 'PTR'
  readonly target: string
}
export interface TextRecord {
  readonly type: 'TXT'
  readonly text: string
}
export type DnsRecord = AddressRecord | ServiceRecord | NameRecord | TextRecord

/** Everything one service says: names (lower case, without the last dot) and their records. */
export type ServiceRecords = ReadonlyMap<string, readonly DnsRecord[]>

export const addressRecord = (address: string): AddressRecord => ({type: address.includes(':') ? 'AAAA' : 'A', address})

/** What an endpoint without a hostname is called: its address with dashes. */
const dashed = (address: string): string => address.replaceAll(/[.:]/g, '-')

class Names {
  readonly map = new Map<string, DnsRecord[]>()
  add(name: string, record: DnsRecord): void {
    const key = name.toLowerCase()
    const list = this.map.get(key)
    if (!list) this.map.set(key, [record])
    else if (!list.some((known) => JSON.stringify(known) === JSON.stringify(record))) list.push(record)
  }
}

type PortOf = {
  readonly name?: string | undefined
  readonly protocol?: string | undefined
  readonly port?: number | undefined
}

const addPorts = (names: Names, base: string, target: string, ports: readonly PortOf[]): void => {
  for (const {name, protocol = 'TCP', port} of ports) {
    if (port === undefined) continue
    const record: ServiceRecord = {type: 'SRV', port, target}
    names.add(base, record)
    if (name) names.add(`_${name}._${protocol.toLowerCase()}.${base}`, record)
  }
}

const addEndpoint = (names: Names, base: string, {addresses, hostname}: Endpoint, ports: readonly PortOf[]): void => {
  for (const address of addresses) {
    const host = `${hostname || dashed(address)}.${base}`
    names.add(base, addressRecord(address))
    names.add(host, addressRecord(address))
    addPorts(names, base, host, ports)
    // Only a name that somebody chose is worth pointing back to.
    if (hostname) names.add(reverseName(address), {type: 'PTR', target: host})
  }
}

const addHeadless = (
  names: Names,
  base: string,
  service: Cached<Service>,
  slices: readonly Cached<EndpointSlice>[],
): void => {
  const publishNotReady = service.spec?.publishNotReadyAddresses ?? false
  for (const slice of slices)
    for (const endpoint of slice.endpoints ?? [])
      if (publishNotReady || endpoint.conditions?.ready !== false)
        addEndpoint(names, base, endpoint as Endpoint, slice.ports ?? [])
}

const addVirtual = (names: Names, base: string, {spec}: Cached<Service>): void => {
  for (const address of spec?.clusterIPs ?? []) {
    names.add(base, addressRecord(address))
    names.add(reverseName(address), {type: 'PTR', target: base})
  }
  addPorts(names, base, base, spec?.ports ?? [])
}

export const recordsOf = (
  service: Cached<Service>,
  slices: readonly Cached<EndpointSlice>[],
  domain: string,
): ServiceRecords => {
  const names = new Names()
  const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}`
  const {type, clusterIP, externalName} = service.spec ?? {}
  if (type === 'ExternalName') {
    if (externalName) names.add(base, {type: 'CNAME', target: externalName.replace(/\.$/, '')})
  } else if (clusterIP === 'None') addHeadless(names, base, service, slices)
  else if (clusterIP) addVirtual(names, base, service)
  return names.map
}
