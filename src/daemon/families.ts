// The addresses of a cluster by what was asked for: given ranges, and for the rest those nobody else on this machine has.
import {type IpFamily, parseCidr} from '../api/meta/ip.ts'
import {UsageError} from '../lib/usage-error.ts'
import type {Ranges} from './ranges.ts'

export const ipFamilies = ['ipv4', 'ipv6', 'dual'] as const
export type IpFamilies = (typeof ipFamilies)[number]

export interface AskedRanges {
  readonly ipFamily?: IpFamilies | undefined
  /** One, or one a family with a comma in between. */
  readonly podCidr?: string | undefined
  readonly serviceClusterIpRange?: string | undefined
}

/** One a family, the usual one first. */
export interface SettledRanges {
  readonly podCidrs: readonly string[]
  readonly serviceCidrs: readonly string[]
  readonly balancerCidrs: readonly string[]
}

const byName: Readonly<Record<IpFamilies, readonly IpFamily[]>> = {
  ipv4: ['IPv4'],
  ipv6: ['IPv6'],
  dual: ['IPv4', 'IPv6'],
}

const familyOf = (range: string): IpFamily => parseCidr(range)?.family ?? 'IPv4'
const split = (text: string | undefined): readonly string[] => text?.split(',').map((range) => range.trim()) ?? []

const familiesOf = ({ipFamily, podCidr, serviceClusterIpRange}: AskedRanges): readonly IpFamily[] => {
  if (ipFamily !== undefined) return byName[ipFamily]
  const given = new Set([...split(serviceClusterIpRange), ...split(podCidr)].map(familyOf))
  return given.size > 0 ? [...given] : byName.ipv4
}

const fill = (
  name: string,
  given: readonly string[],
  families: readonly IpFamily[],
  usual: Readonly<Record<IpFamily, string>>,
): readonly string[] => {
  const stray = given.find((range) => !families.includes(familyOf(range)))
  if (stray !== undefined)
    throw new UsageError(`invalid ${name} ${JSON.stringify(stray)}: this cluster has ${families.join(' and ')} only`)
  return families.map((family) => given.find((range) => familyOf(range) === family) ?? usual[family])
}

export const settleRanges = (asked: AskedRanges, free: Ranges): SettledRanges => {
  const families = familiesOf(asked)
  return {
    podCidrs: fill('podCidr', split(asked.podCidr), families, free.pods),
    serviceCidrs: fill('serviceClusterIpRange', split(asked.serviceClusterIpRange), families, free.services),
    balancerCidrs: families.map((family) => free.balancers[family]),
  }
}
