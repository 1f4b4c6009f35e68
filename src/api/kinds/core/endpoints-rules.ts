import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {EndpointSubset, Endpoints} from '../../schema/types.gen.ts'
import {checkIp, checkLabelName, checkOneOf, checkPortNumber} from '../checks.ts'

const validateSubset = (subset: EndpointSubset, path: string, errors: FieldErrors): void => {
  if (!subset.addresses?.length && !subset.notReadyAddresses?.length)
    errors.required(path, 'must specify `addresses` or `notReadyAddresses`')
  for (const list of ['addresses', 'notReadyAddresses'] as const)
    for (const [index, {ip, hostname}] of (subset[list] ?? []).entries()) {
      checkIp(ip, `${path}.${list}[${index}].ip`, errors)
      if (hostname) checkLabelName(hostname, `${path}.${list}[${index}].hostname`, errors)
    }
  for (const [index, {name, port, protocol}] of (subset.ports ?? []).entries()) {
    const at = `${path}.ports[${index}]`
    if (!name) {
      if ((subset.ports?.length ?? 0) > 1) errors.required(`${at}.name`)
    } else checkLabelName(name, `${at}.name`, errors)
    checkPortNumber(port, `${at}.port`, errors)
    if (!protocol) errors.required(`${at}.protocol`)
    else checkOneOf(protocol, ['SCTP', 'TCP', 'UDP'], `${at}.protocol`, errors)
  }
}

export const endpointsStrategy: Strategy<Endpoints> = {
  default: ({subsets}) => {
    for (const port of (subsets ?? []).flatMap(({ports}) => ports ?? [])) port.protocol ||= 'TCP'
  },
  validate: ({subsets}, errors) => {
    for (const [index, subset] of (subsets ?? []).entries()) validateSubset(subset, `subsets[${index}]`, errors)
  },
  createOnUpdate: true,
}
