import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {familyOf} from '../../meta/ip.ts'
import type {DiscoveryEndpointPort, Endpoint, EndpointSlice} from '../../schema/types.gen.ts'
import {
  checkLabelName,
  checkNotSpecial,
  checkOneOf,
  checkPortNumber,
  checkQualifiedName,
  checkSubdomain,
  immutable,
} from '../checks.ts'

const addressTypes = ['FQDN', 'IPv4', 'IPv6']

const validateAddress = (address: string, type: string, path: string, errors: FieldErrors): void => {
  if (type === 'FQDN') checkSubdomain(address.replace(/\.$/, ''), path, errors)
  else if (type === 'IPv4' || type === 'IPv6') {
    if (familyOf(address) !== type) errors.invalid(path, address, `must be a valid ${type} address`)
    else checkNotSpecial(address, path, errors)
  }
}

const validateEndpoint = (endpoint: Endpoint, type: string, path: string, errors: FieldErrors): void => {
  const addresses = endpoint.addresses ?? []
  if (addresses.length === 0) errors.required(`${path}.addresses`, 'must contain at least 1 address')
  else if (addresses.length > 100) errors.tooMany(`${path}.addresses`, addresses.length, 100)
  for (const [index, address] of addresses.entries())
    validateAddress(address, type, `${path}.addresses[${index}]`, errors)
  if (endpoint.nodeName !== undefined) checkSubdomain(endpoint.nodeName, `${path}.nodeName`, errors)
  if (endpoint.hostname !== undefined) checkLabelName(endpoint.hostname, `${path}.hostname`, errors)
}

const validatePort = (port: DiscoveryEndpointPort, names: Set<string>, path: string, errors: FieldErrors): void => {
  const name = port.name ?? ''
  if (name) checkLabelName(name, `${path}.name`, errors)
  if (names.has(name)) errors.duplicate(`${path}.name`, name)
  names.add(name)
  if (port.port !== undefined) checkPortNumber(port.port, `${path}.port`, errors)
  if (!port.protocol) errors.required(`${path}.protocol`)
  else checkOneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], `${path}.protocol`, errors)
  if (port.appProtocol !== undefined) checkQualifiedName(port.appProtocol, `${path}.appProtocol`, errors)
}

const validate = ({addressType, endpoints, ports}: EndpointSlice, errors: FieldErrors): void => {
  if (!addressType) errors.required('addressType')
  else checkOneOf(addressType, addressTypes, 'addressType', errors)
  if ((endpoints?.length ?? 0) > 1000) errors.tooMany('endpoints', endpoints?.length ?? 0, 1000)
  for (const [index, endpoint] of (endpoints ?? []).entries())
    validateEndpoint(endpoint, addressType, `endpoints[${index}]`, errors)
  if ((ports?.length ?? 0) > 20000) errors.tooMany('ports', ports?.length ?? 0, 20000)
  const names = new Set<string>()
  for (const [index, port] of (ports ?? []).entries()) validatePort(port, names, `ports[${index}]`, errors)
}

export const endpointSliceStrategy: Strategy<EndpointSlice> = {
  default: ({ports}) => {
    for (const port of ports ?? []) {
      port.name ??= ''
      port.protocol ??= 'TCP'
    }
  },
  validate,
  validateUpdate: ({addressType}, {addressType: old}, errors) => {
    if (addressType !== old) errors.invalid('addressType', addressType, immutable)
  },
}
