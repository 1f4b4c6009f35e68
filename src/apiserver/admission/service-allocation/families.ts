// IP families of a service: what the client wished for, brought together with what the cluster has.
import type {FieldErrors} from '../../../api/field-errors.ts'
import {hasClusterIps} from '../../../api/kinds/core/service-rules.ts'
import {familyOf, type IpFamily} from '../../../api/meta/ip.ts'
import {isSame} from '../../../api/meta/same.ts'
import type {ServiceSpec} from '../../../api/schema/types.gen.ts'

const POLICY = 'spec.ipFamilyPolicy'

/** Who finds endpoints for it alone may use any family. */
const isSelectorless = ({clusterIP, clusterIPs, selector}: ServiceSpec): boolean =>
  (clusterIP === 'None' || clusterIPs?.[0] === 'None') && Object.keys(selector ?? {}).length === 0

/** A service that prefers two families keeps what it has until somebody says otherwise, also when the cluster changes. */
const isLeftAlone = (spec: ServiceSpec, old: ServiceSpec | undefined): boolean =>
  old !== undefined &&
  old.type === spec.type &&
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
  isSame(spec.clusterIPs, old.clusterIPs) &&
  isSame(spec.ipFamilies, old.ipFamilies)

const other = (family: string | undefined): IpFamily => (family === 'IPv4' ? 'IPv6' : 'IPv4')

const isReduced = (now: readonly string[] = [], before: readonly string[] = []): boolean =>
  now.length > 0 && now.length < before.length

/** Going back to one family drops the second by itself; losing it in any other way is a mistake. */
const settleUpdate = (spec: ServiceSpec, old: ServiceSpec, errors: FieldErrors): void => {
  if (spec.ipFamilyPolicy !== 'SingleStack') {
    const refuse = (what: string): void =>
      errors.invalid(POLICY, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`)
    if (isReduced(spec.clusterIPs, old.clusterIPs)) refuse('cluster IP')
    if (isReduced(spec.ipFamilies, old.ipFamilies)) refuse('IP family')
    return
  }
  if (isSame(spec.clusterIPs, old.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1)
  if (isSame(spec.ipFamilies, old.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1)
}

const checkPolicy = ({ipFamilyPolicy, clusterIPs, ipFamilies}: ServiceSpec, errors: FieldErrors): void => {
  if (ipFamilyPolicy !== 'SingleStack') return
  const refuse = (what: string): void =>
    errors.invalid(
      POLICY,
      ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    )
  if (clusterIPs?.length === 2) refuse('cluster IPs')
  if (ipFamilies?.length === 2) refuse('IP families')
}

/** Addresses that were asked for say their family. */
const inferFamilies = (spec: ServiceSpec, families: readonly IpFamily[], errors: FieldErrors): void => {
  for (const [index, address] of (spec.clusterIPs ?? []).entries()) {
    if (address === 'None') return
    const family = familyOf(address)
    if (family === undefined || index < (spec.ipFamilies?.length ?? 0)) continue
    if (families.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family]
    else errors.invalid(`spec.clusterIPs[${index}]`, spec.clusterIPs, `${family} is not configured on this cluster`)
  }
}

const checkConfigured = (spec: ServiceSpec, families: readonly IpFamily[], errors: FieldErrors): void => {
  if (spec.ipFamilyPolicy === 'RequireDualStack' && families.length < 2)
    errors.invalid(POLICY, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services')
  for (const [index, family] of (spec.ipFamilies ?? []).entries())
    if (!families.some((known) => known === family))
      errors.invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')
}

/** Validation says what is wrong with these, in its own words. */
const isOdd = ({clusterIPs = [], ipFamilies = []}: ServiceSpec): boolean =>
  clusterIPs.length > 2 ||
  ipFamilies.length > 2 ||
  clusterIPs.some((address, index) => {
    const family = address === 'None' && index === 0 ? undefined : (familyOf(address) ?? '')
    return family === '' || (family !== undefined && ipFamilies[index] !== undefined && ipFamilies[index] !== family)
  }) ||
  (ipFamilies.length === 2 && ipFamilies[0] === ipFamilies[1]) ||
  ipFamilies.some((family) => family !== 'IPv4' && family !== 'IPv6')

/** `families`: those of the cluster, the usual one first. */
export const settleFamilies = (
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  families: readonly IpFamily[],
  errors: FieldErrors,
): void => {
  if (!hasClusterIps(spec) || isLeftAlone(spec, old)) return
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (isSelectorless(spec) ? 'RequireDualStack' : 'SingleStack')
  if (isOdd(spec)) return
  if (old) settleUpdate(spec, old, errors)
  checkPolicy(spec, errors)
  inferFamilies(spec, families, errors)
  if (errors.list.length > 0) return
  const isDual = spec.ipFamilyPolicy !== 'SingleStack'
  if (!isSelectorless(spec)) checkConfigured(spec, families, errors)
  if (errors.list.length > 0) return
  if (!spec.ipFamilies?.length) spec.ipFamilies = [families[0] ?? 'IPv4']
  if (isDual && spec.ipFamilies.length === 1 && (families.length === 2 || isSelectorless(spec)))
    spec.ipFamilies = [...spec.ipFamilies, other(spec.ipFamilies[0])]
}
