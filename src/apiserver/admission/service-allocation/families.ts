// IP families of a service in a cluster that has IPv4 only.
import type {FieldErrors} from '../../../api/field-errors.ts'
import {hasClusterIps} from '../../../api/kinds/core/service-rules.ts'
import type {ServiceSpec} from '../../../api/schema/types.gen.ts'

const isHeadless = ({clusterIPs}: ServiceSpec): boolean => clusterIPs?.[0] === 'None'
const hasSelector = ({selector}: ServiceSpec): boolean => Object.keys(selector ?? {}).length > 0

/** Who finds endpoints for it alone may use any family. */
const settleSelectorless = (spec: ServiceSpec): void => {
  spec.ipFamilyPolicy ??= 'RequireDualStack'
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4']
  if (spec.ipFamilyPolicy !== 'SingleStack' && spec.ipFamilies.length < 2)
    spec.ipFamilies = spec.ipFamilies[0] === 'IPv6' ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6']
}

export const settleFamilies = (spec: ServiceSpec, errors: FieldErrors): void => {
  if (!hasClusterIps(spec)) return
  if (isHeadless(spec) && !hasSelector(spec)) {
    settleSelectorless(spec)
    return
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services')
  for (const [index, family] of (spec.ipFamilies ?? []).entries())
    if (family === 'IPv6') errors.invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')
  spec.ipFamilyPolicy ??= 'SingleStack'
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4']
}
