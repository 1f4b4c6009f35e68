// Cluster IPs. Who has which is what IPAddress objects say: creating one is how an address is taken, so that two
// services never get the same, whatever crashes in between. One whose service never came to be is taken over.
import {
  addressNumber,
  addressText,
  type Cidr,
  cidrContains,
  familyOf,
  type IpFamily,
  parseCidr,
} from '../../../api/meta/ip.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import {ipAddresses, serviceCIDRs, services} from '../../../api/resources.ts'
import type {IPAddress} from '../../../api/schema/types.gen.ts'
import type {Random} from '../../../lib/random.ts'
import type {AdmissionContext} from '../contract.ts'

export interface Owner {
  readonly namespace: string
  readonly name: string
}

const manager = 'ipallocator.k8s.io'

export const addressObject = (address: string, {namespace, name}: Owner): IPAddress => ({
  metadata: {
    name: address,
    labels: {
      'ipaddress.kubernetes.io/ip-family': familyOf(address) ?? 'IPv4',
      'ipaddress.kubernetes.io/managed-by': manager,
    },
  },
  spec: {parentRef: {group: '', resource: 'services', namespace, name}},
})

const rangesOf = (context: AdmissionContext, fallback: readonly string[]): readonly Cidr[] => {
  const given = context
    .list(serviceCIDRs)
    .filter(({metadata}) => !metadata.deletionTimestamp)
    .flatMap(({spec}) => spec?.cidrs ?? [])
  return (given.length > 0 ? given : fallback).flatMap((text) => parseCidr(text) ?? [])
}

type Held = DeepReadonly<Stored<IPAddress>>

/** Somebody's, unless its service is not there, or has another address. */
const isHeld = (held: Held, context: AdmissionContext): boolean => {
  const {namespace, name = ''} = held.spec?.parentRef ?? {}
  const service = context.get(services, {namespace, name})
  return service?.spec?.clusterIPs?.includes(held.metadata.name) ?? false
}

/** The lower band is for addresses that are asked for by name. */
const staticBand = (size: bigint): bigint => {
  const wanted = size / 16n
  const least = 16n
  const most = 256n
  if (size < least) return 0n
  return wanted < least ? least : wanted > most ? most : wanted
}

const attempts = 100
/** Nobody fills a range of IPv6's. */
const MOST_LOOKED_AT = 1n << 20n

export class ClusterIps {
  readonly #random: Random
  readonly #fallback: readonly string[]
  /** Addresses of requests under way. */
  readonly #pending = new Set<string>()

  constructor(options: {readonly random: Random; readonly serviceCidrs: readonly string[]}) {
    this.#random = options.random
    this.#fallback = options.serviceCidrs
  }

  #isFree(address: string, context: AdmissionContext): boolean {
    if (this.#pending.has(address)) return false
    const held = context.get(ipAddresses, {name: address})
    return held === undefined || !isHeld(held, context)
  }

  async #take(address: string, owner: Owner, context: AdmissionContext): Promise<boolean> {
    if (!this.#isFree(address, context)) return false
    this.#pending.add(address)
    const object = addressObject(address, owner)
    const held = context.get(ipAddresses, {name: address})
    if (held) await context.remove(ipAddresses, {name: address})
    if (await context.create(ipAddresses, object)) return true
    this.#pending.delete(address)
    return false
  }

  /** A particular address; what is wrong with that, or undefined. */
  async claim(address: string, owner: Owner, context: AdmissionContext): Promise<string | undefined> {
    const range = rangesOf(context, this.#fallback).find((cidr) => cidrContains(cidr, address))
    if (!range) return 'the provided network does not match the current range'
    const value = addressNumber(address) ?? 0n
    const isEdge = value === range.first || (range.family === 'IPv4' && value === range.first + range.size - 1n)
    if (isEdge) return 'the provided IP address is not valid'
    if (!this.#isFree(address, context)) return 'provided IP is already allocated'
    return (await this.#take(address, owner, context)) ? undefined : 'provided IP is already allocated'
  }

  /** The same answers, without taking anything. */
  check(address: string, context: AdmissionContext): string | undefined {
    const range = rangesOf(context, this.#fallback).find((cidr) => cidrContains(cidr, address))
    if (!range) return 'the provided network does not match the current range'
    return this.#isFree(address, context) ? undefined : 'provided IP is already allocated'
  }

  #pick(family: IpFamily, context: AdmissionContext): string | undefined {
    for (const range of rangesOf(context, this.#fallback)) {
      const address = range.family === family ? this.#pickIn(range, context) : undefined
      if (address !== undefined) return address
    }
    return undefined
  }

  #pickIn(range: Cidr, context: AdmissionContext): string | undefined {
    // The last address of IPv4 is for broadcasts.
    const last = range.size - (range.family === 'IPv4' ? 2n : 1n)
    const band = staticBand(range.size)
    const textAt = (offset: bigint): string => addressText(range.first + offset, range.family)
    const random = (from: bigint, to: bigint): bigint =>
      from + BigInt(Math.floor(this.#random.next() * Number(to - from + 1n)))
    for (let tried = 0; tried < attempts; tried++) {
      const address = textAt(random(band + 1n > last ? 1n : band + 1n, last))
      if (this.#isFree(address, context)) return address
    }
    const least = last - MOST_LOOKED_AT > 1n ? last - MOST_LOOKED_AT : 1n
    for (let offset = last; offset >= least; offset--) {
      const address = textAt(offset)
      if (this.#isFree(address, context)) return address
    }
    return undefined
  }

  /** Any free address; undefined when there is none. */
  async take(family: IpFamily, owner: Owner, context: AdmissionContext): Promise<string | undefined> {
    for (;;) {
      const address = this.#pick(family, context)
      if (address === undefined || (await this.#take(address, owner, context))) return address
    }
  }

  /** An address as a dry run would show it. */
  preview(family: IpFamily, context: AdmissionContext): string | undefined {
    return this.#pick(family, context)
  }

  settle(address: string): void {
    this.#pending.delete(address)
  }

  async release(address: string, context: AdmissionContext): Promise<void> {
    this.#pending.delete(address)
    await context.remove(ipAddresses, {name: address})
  }
}
