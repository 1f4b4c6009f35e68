import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import type {EndpointAddress, EndpointSubset, Endpoints} from '../../schema/types.gen.ts'
import {checkIp, checkLabelName, checkNotSpecial, checkOneOf, checkPortNumber, checkSubdomain} from '../checks.ts'

const validateAddress = ({ip, hostname, nodeName}: EndpointAddress, path: string, errors: FieldErrors): void => {
  const before = errors.list.length
  checkIp(ip, `${path}.ip`, errors)
  if (hostname) checkLabelName(hostname, `${path}.hostname`, errors)
  if (nodeName !== undefined) checkSubdomain(nodeName, `${path}.nodeName`, errors)
  if (errors.list.length === before) checkNotSpecial(ip, `${path}.ip`, errors)
}

/** An address stays on its node. */
const checkNodes = (endpoints: Endpoints, old: Endpoints, errors: FieldErrors): void => {
  const addressesOf = ({subsets = []}: Endpoints) =>
    subsets.flatMap((subset, index) =>
      (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
        (subset[list] ?? []).map((address, at) => ({...address, path: `subsets[${index}].${list}[${at}].nodeName`})),
      ),
    )
  const nodes = new Map(addressesOf(old).map(({ip, nodeName}) => [ip, nodeName]))
  for (const {ip, nodeName, path} of addressesOf(endpoints)) {
    const before = nodes.get(ip)
    if (before !== undefined && nodeName !== undefined && before !== nodeName)
      errors.forbidden(path, `Cannot change NodeName for ${ip} to ${nodeName}`)
  }
}

const validateSubset = (subset: EndpointSubset, path: string, errors: FieldErrors): void => {
  if (!subset.addresses?.length && !subset.notReadyAddresses?.length)
    errors.required(path, 'must specify `addresses` or `notReadyAddresses`')
  for (const list of ['addresses', 'notReadyAddresses'] as const)
    for (const [index, address] of (subset[list] ?? []).entries())
      validateAddress(address, `${path}.${list}[${index}]`, errors)
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
  validateUpdate: checkNodes,
  createOnUpdate: true,
}
