// Watches Services and EndpointSlices and tells which ports changed, a moment after the first change of a burst.
import {endpointSlices, services} from '../api/resources.ts'
import type {EndpointSlice} from '../api/schema/types.gen.ts'
import {desiredPorts, type Place, type ServicePort} from '../api/service-ports.ts'
import type {Clock, Timer} from '../lib/clock.ts'
import type {Cached, InformerSource} from './contract.ts'

const SERVICE_NAME = 'kubernetes.io/service-name'
const INDEX = 'proxy/service'
/** Long enough to take a burst of endpoint changes together, short enough that nobody waits. */
const GATHER_MS = 5

const serviceKeys = (slice: Cached<EndpointSlice>): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME]
  return name === undefined ? [] : [`${slice.metadata.namespace}/${name}`]
}

export interface PortsChange {
  /** Everything there is now. */
  readonly all: ReadonlyMap<string, ServicePort>
  /** Keys of ports that came, went or differ, and of services whose addresses went to or came from others. */
  readonly changed: ReadonlySet<string>
  /** Cluster IPs of services that are not for this proxy: somebody else listens on them. */
  readonly servedElsewhere: readonly string[]
}

export interface WatchPortsOptions {
  readonly informers: InformerSource
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Asked again after `refresh`. */
  readonly place: () => Place
  readonly onChange: (change: PortsChange) => void
}

export interface PortsWatch extends Disposable {
  /** The place is another now. */
  refresh(): void
}

/** Calls `onChange` once with everything there is, then after changes. */
export const watchServicePorts = async (options: WatchPortsOptions): Promise<PortsWatch> => {
  const {informers, clock, signal, place, onChange} = options
  const [service, slices] = [informers.informer(services), informers.informer(endpointSlices)]
  slices.addIndex(INDEX, serviceKeys)
  await Promise.all([service.synced(signal), slices.synced(signal)])

  const all = new Map<string, ServicePort>()
  const byService = new Map<string, readonly string[]>()
  const elsewhere = new Map<string, readonly string[]>()
  const dirty = new Set<string>()
  let timer: Timer | undefined

  const refresh = (key: string, changed: Set<string>): void => {
    const object = service.cache.getByKey(key)
    const ports = object ? desiredPorts(object, slices.cache.byIndex(INDEX, key), place()) : []
    const others = ports.length > 0 ? [] : (object?.spec?.clusterIPs ?? []).filter((ip) => ip !== 'None' && ip !== '')
    if (String(others) !== String(elsewhere.get(key) ?? [])) changed.add(key)
    if (others.length > 0) elsewhere.set(key, others)
    else elsewhere.delete(key)
    const next = new Map(ports.map((port) => [port.key, port]))
    for (const old of byService.get(key) ?? [])
      if (!next.has(old)) {
        all.delete(old)
        changed.add(old)
      }
    for (const [portKey, port] of next)
      if (JSON.stringify(all.get(portKey)) !== JSON.stringify(port)) {
        all.set(portKey, port)
        changed.add(portKey)
      }
    if (next.size > 0) byService.set(key, [...next.keys()])
    else byService.delete(key)
  }
  const flush = (): void => {
    timer = undefined
    const changed = new Set<string>()
    for (const key of dirty) refresh(key, changed)
    dirty.clear()
    if (changed.size > 0) onChange({all, changed, servedElsewhere: [...elsewhere.values()].flat()})
  }
  const touch = (key: string): void => {
    dirty.add(key)
    timer ??= clock.after(GATHER_MS, flush)
  }
  const leave = [
    service.onChange(({object}) => touch(`${object.metadata.namespace}/${object.metadata.name}`)),
    slices.onChange(({object}) => {
      for (const key of serviceKeys(object)) touch(key)
    }),
  ]
  timer?.cancel()
  flush()
  return {
    refresh: () => {
      for (const key of [...byService.keys()]) touch(key)
    },
    [Symbol.dispose]: () => {
      timer?.cancel()
      for (const stop of leave) stop()
    },
  }
}
