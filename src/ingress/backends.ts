// From a service's port to addresses to talk to: ready endpoints, the least busy first. A headless service serves as
// well as another, and an external one is the name it stands for: nobody's virtual address is in between.
import {endpointSlices, services} from '../api/resources.ts'
import type {EndpointSlice, Service} from '../api/schema/types.gen.ts'
import type {Cached, InformerSource} from '../reconcile/contract.ts'
import type {ServiceTarget} from './routes.ts'

const SERVICE_NAME = 'kubernetes.io/service-name'
const INDEX = 'ingress/service'

export interface Endpoint {
  readonly address: string
  readonly port: number
  /** Both together. */
  readonly name: string
}

/** How to talk to the endpoints, from the port's appProtocol. */
export type Protocol = 'http' | 'https' | 'h2c'

export interface Found {
  readonly endpoints: readonly Endpoint[]
  readonly protocol: Protocol
}

export interface Backends extends Disposable {
  /** Undefined: no such service or port. */
  of(target: ServiceTarget): Found | undefined
  leastBusy(able: readonly Endpoint[]): Endpoint | undefined
  /** Counts a request until the returned function is called. */
  busy(endpoint: Endpoint): () => void
}

const endpointAt = (address: string, port: number): Endpoint => ({address, port, name: `${address} ${port}`})

const protocolOf = ({appProtocol = ''}: {readonly appProtocol?: string | undefined}): Protocol => {
  if (appProtocol === 'kubernetes.io/h2c' || /^(grpc|h2c)$/i.test(appProtocol)) return 'h2c'
  return /^https$/i.test(appProtocol) ? 'https' : 'http'
}

/** Ready ones; where there are none, those that still serve while they end. */
export const endpointsOf = (port: string, slices: readonly Cached<EndpointSlice>[]): Endpoint[] => {
  const ready = new Map<string, Endpoint>()
  const leaving = new Map<string, Endpoint>()
  for (const slice of slices) {
    const number = slice.ports?.find(({name = ''}) => name === port)?.port
    if (number === undefined || slice.addressType === 'FQDN') continue
    for (const {addresses, conditions} of slice.endpoints ?? []) {
      const [address] = addresses
      if (address === undefined) continue
      const endpoint = endpointAt(address, number)
      if (conditions?.ready !== false) ready.set(endpoint.name, endpoint)
      else if (conditions.serving && conditions.terminating) leaving.set(endpoint.name, endpoint)
    }
  }
  return [...(ready.size > 0 ? ready : leaving).values()]
}

/** `web.shop.svc.cluster.local` as a name for a service of another namespace. */
const CLUSTER_NAME = /^([^.]+)\.([^.]+)\.svc\.cluster\.local\.?$/

/** The service that an external name stands for, where it is one of this cluster. */
const aliased = (service: Cached<Service> | undefined, port: number | string): ServiceTarget | undefined => {
  const {type, externalName = '', ports} = service?.spec ?? {}
  const [, name, namespace] = (type === 'ExternalName' && CLUSTER_NAME.exec(externalName)) || []
  if (name === undefined || namespace === undefined) return undefined
  const number = ports?.find((candidate) => candidate.name === port)?.port ?? port
  return {kind: 'service', namespace, service: name, port: number}
}

export const findEndpoints = (
  {port: asked}: Pick<ServiceTarget, 'port'>,
  service: Cached<Service> | undefined,
  slices: readonly Cached<EndpointSlice>[],
): Found | undefined => {
  const port = service?.spec?.ports?.find(
    ({name, port: number, protocol = 'TCP'}) => protocol === 'TCP' && (name === asked || number === asked),
  )
  const {type, externalName} = service?.spec ?? {}
  if (type === 'ExternalName' && externalName && (port || typeof asked === 'number'))
    return {
      endpoints: [endpointAt(externalName.replace(/\.$/, ''), port?.port ?? Number(asked))],
      protocol: protocolOf(port ?? {}),
    }
  return port && {endpoints: endpointsOf(port.name ?? '', slices), protocol: protocolOf(port)}
}

const serviceKeys = ({metadata}: Cached<EndpointSlice>): readonly string[] => {
  const name = metadata.labels?.[SERVICE_NAME]
  return name === undefined ? [] : [`${metadata.namespace}/${name}`]
}

export const watchBackends = async (informers: InformerSource, signal: AbortSignal): Promise<Backends> => {
  const [service, slices] = [informers.informer(services), informers.informer(endpointSlices)]
  slices.addIndex(INDEX, serviceKeys)
  await Promise.all([service.synced(signal), slices.synced(signal)])
  const load = new Map<string, number>()
  /** By service, then by port; forgotten when the service or its endpoints change. */
  const known = new Map<string, Map<number | string, Found | undefined>>()
  let turn = 0
  const leave = [
    service.onChange(({object: {metadata}}) => known.delete(`${metadata.namespace}/${metadata.name}`)),
    slices.onChange(({object, previous}) => {
      for (const key of [...serviceKeys(object), ...(previous ? serviceKeys(previous) : [])]) known.delete(key)
    }),
  ]
  const find = (target: ServiceTarget): Found | undefined => {
    const key = `${target.namespace}/${target.service}`
    const ports = known.get(key) ?? new Map<number | string, Found | undefined>()
    if (!ports.has(target.port)) {
      known.set(key, ports)
      ports.set(target.port, findEndpoints(target, service.cache.getByKey(key), slices.cache.byIndex(INDEX, key)))
    }
    return ports.get(target.port)
  }
  return {
    // One step only: names that lead in circles lead nowhere.
    of: (target) =>
      find(aliased(service.cache.getByKey(`${target.namespace}/${target.service}`), target.port) ?? target),
    leastBusy: (able) => {
      let best: Endpoint | undefined
      let fewest = Number.POSITIVE_INFINITY
      turn += 1
      for (let at = 0; at < able.length; at++) {
        const endpoint = able[(at + turn) % able.length]
        const count = endpoint ? (load.get(endpoint.name) ?? 0) : 0
        if (endpoint && count < fewest) [best, fewest] = [endpoint, count]
      }
      return best
    },
    busy: ({name}) => {
      load.set(name, (load.get(name) ?? 0) + 1)
      let isBusy = true
      return () => {
        if (!isBusy) return
        isBusy = false
        const count = (load.get(name) ?? 1) - 1
        if (count > 0) load.set(name, count)
        else load.delete(name)
      }
    },
    [Symbol.dispose]: () => {
      for (const stop of leave) stop()
    },
  }
}
