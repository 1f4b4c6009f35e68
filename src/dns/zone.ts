// The cluster's names, kept up with the caches: a service's records are made again when it or its endpoints change.
import {type Cidr, cidrContains} from '../api/meta/ip.ts'
import type {EndpointSlice, Namespace, Service} from '../api/schema/types.gen.ts'
import type {Cache, Cached, Informer} from '../reconcile/contract.ts'
import {type DnsRecord, recordsOf, type ServiceRecords} from './records.ts'
import {reversedAddress} from './reverse.ts'

const SERVICE_NAME = 'kubernetes.io/service-name'
const INDEX = 'dns/service'

const serviceKeys = (slice: Cached<EndpointSlice>): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME]
  return name === undefined ? [] : [`${slice.metadata.namespace}/${name}`]
}

export interface ZoneOptions {
  readonly services: Informer<Service>
  readonly slices: Informer<EndpointSlice>
  readonly namespaces: Informer<Namespace>
  readonly domain: string
  /** Addresses of pods and services: nobody outside knows more about them. */
  readonly ranges: readonly Cidr[]
}

export class Zone implements Disposable {
  readonly domain: string
  /** Counts changes: an answer kept from an earlier one may be wrong. */
  generation = 0
  readonly #services: Cache<Service>
  readonly #slices: Cache<EndpointSlice>
  readonly #namespaces: Cache<Namespace>
  readonly #ranges: readonly Cidr[]
  readonly #records = new Map<string, ServiceRecords>()
  /** A name can come from several services: headless ones over the same pods share their reverse names. */
  readonly #byName = new Map<string, Map<string, readonly DnsRecord[]>>()
  /** How many names are below a name: it exists, even with nothing of its own. */
  readonly #below = new Map<string, number>()
  readonly #leave: readonly (() => void)[]

  constructor({services, slices, namespaces, domain, ranges}: ZoneOptions) {
    this.domain = domain
    this.#ranges = ranges
    this.#namespaces = namespaces.cache
    this.#services = services.cache
    this.#slices = slices.cache
    slices.addIndex(INDEX, serviceKeys)
    this.#leave = [
      services.onChange(({object}) => this.#refresh(`${object.metadata.namespace}/${object.metadata.name}`)),
      slices.onChange(({object}) => {
        for (const key of serviceKeys(object)) this.#refresh(key)
      }),
      namespaces.onChange(({type}) => {
        if (type !== 'updated') this.generation += 1
      }),
    ]
  }

  /** Undefined: no such name. Empty: the name is there, with nothing of its own. */
  lookup(name: string): readonly DnsRecord[] | undefined {
    const found = this.#byName.get(name)
    if (found) return [...found.values()].flat()
    return this.#below.has(name) ? [] : undefined
  }

  hasNamespace(name: string): boolean {
    return this.#namespaces.getByKey(name) !== undefined
  }

  /** Names below it exist as the zone says, or not at all. */
  isOwn(name: string): boolean {
    if (name === this.domain || name.endsWith(`.${this.domain}`)) return true
    const address = reversedAddress(name)
    return address !== undefined && this.#ranges.some((range) => cidrContains(range, address))
  }

  [Symbol.dispose](): void {
    for (const leave of this.#leave) leave()
  }

  #refresh(key: string): void {
    const service = this.#services.getByKey(key)
    const next = service ? recordsOf(service, this.#slices.byIndex(INDEX, key), this.domain) : undefined
    const before = this.#records.get(key)
    if (before && next && isSame(before, next)) return
    this.generation += 1
    for (const name of before?.keys() ?? []) this.#remove(name, key)
    if (next) this.#records.set(key, next)
    else this.#records.delete(key)
    for (const [name, records] of next ?? []) this.#add(name, key, records)
  }

  #add(name: string, key: string, records: readonly DnsRecord[]): void {
    const sources = this.#byName.get(name)
    if (sources) {
      sources.set(key, records)
      return
    }
    this.#byName.set(name, new Map([[key, records]]))
    for (const parent of this.#parentsOf(name)) this.#below.set(parent, (this.#below.get(parent) ?? 0) + 1)
  }

  #remove(name: string, key: string): void {
    const sources = this.#byName.get(name)
    if (!sources?.delete(key) || sources.size > 0) return
    this.#byName.delete(name)
    for (const parent of this.#parentsOf(name)) {
      const count = (this.#below.get(parent) ?? 1) - 1
      if (count === 0) this.#below.delete(parent)
      else this.#below.set(parent, count)
    }
  }

  *#parentsOf(name: string): Generator<string> {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const parent = name.slice(dot + 1)
      if (parent === this.domain || !parent.endsWith(this.domain)) return
      yield parent
    }
  }
}

const isSame = (a: ServiceRecords, b: ServiceRecords): boolean =>
  a.size === b.size && JSON.stringify([...a]) === JSON.stringify([...b])
