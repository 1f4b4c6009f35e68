// Services: ports, addresses, and which fields belong to which type.
import type {FieldErrors} from '../../field-errors.ts'
import {familyOf} from '../../meta/ip.ts'
import {dnsLabel, portName} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {Service, ServicePort, ServiceSpec} from '../../schema/types.gen.ts'
import {
  checkCidr,
  checkIp,
  checkName,
  checkNotSpecial,
  checkOneOf,
  checkPortNumber,
  checkQualifiedName,
  checkSubdomain,
} from '../checks.ts'
import {goText} from '../go-struct.ts'
import {validateLabels} from '../metadata.ts'

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const protocols = ['SCTP', 'TCP', 'UDP']

const isHeadless = ({clusterIPs, clusterIP}: ServiceSpec): boolean => (clusterIPs?.[0] ?? clusterIP) === 'None'

const validatePortName = (
  port: ServicePort,
  isOnly: boolean,
  names: Set<string>,
  path: string,
  errors: FieldErrors,
) => {
  if (!port.name) {
    if (!isOnly) errors.required(`${path}.name`)
    return
  }
  checkName(dnsLabel, port.name, `${path}.name`, errors)
  if (names.has(port.name)) errors.duplicate(`${path}.name`, port.name)
  names.add(port.name)
}

const validateTarget = ({targetPort}: ServicePort, path: string, errors: FieldErrors): void => {
  if (typeof targetPort === 'string') checkName(portName, targetPort, path, errors)
  else if (targetPort !== undefined) checkPortNumber(targetPort, path, errors)
}

const validatePort = (port: ServicePort, {spec, names, path}: PortPlace, errors: FieldErrors): void => {
  validatePortName(port, spec.ports?.length === 1, names, path, errors)
  checkPortNumber(port.port, `${path}.port`, errors)
  if (!port.protocol) errors.required(`${path}.protocol`)
  else checkOneOf(port.protocol, protocols, `${path}.protocol`, errors)
  validateTarget(port, `${path}.targetPort`, errors)
  if (port.appProtocol !== undefined) checkQualifiedName(port.appProtocol, `${path}.appProtocol`, errors)
}

interface PortPlace {
  readonly spec: ServiceSpec
  readonly names: Set<string>
  readonly path: string
}

const validateTypeBasics = (spec: ServiceSpec, errors: FieldErrors): void => {
  const ports = spec.ports ?? []
  const isNone = isHeadless(spec)
  if (ports.length === 0 && !isNone && spec.type !== 'ExternalName') errors.required('spec.ports')
  if (spec.type === 'LoadBalancer')
    for (const [index, {port}] of ports.entries())
      if (port === 10250)
        errors.invalid(`spec.ports[${index}]`, port, 'may not expose port 10250 externally since it is used by kubelet')
  if ((spec.type === 'NodePort' || spec.type === 'LoadBalancer') && isNone)
    errors.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)
  if (spec.type === 'ExternalName') validateExternalName(spec, errors)
}

const validateExternalName = (spec: ServiceSpec, errors: FieldErrors): void => {
  if (spec.clusterIPs?.length)
    errors.invalid('spec.clusterIPs', spec.clusterIPs, 'may not be set for ExternalName services')
  for (const field of ['ipFamilies', 'ipFamilyPolicy'] as const)
    if (spec[field] !== undefined && spec[field].length > 0)
      errors.invalid(`spec.${field}`, spec[field], 'may not be set for ExternalName services')
  if (!spec.externalName) errors.required('spec.externalName')
  else checkSubdomain(spec.externalName.replace(/\.$/, ''), 'spec.externalName', errors)
}

const validateAffinity = (spec: ServiceSpec, errors: FieldErrors): void => {
  validateLabels(spec.selector, 'spec.selector', errors)
  if (!spec.sessionAffinity) errors.required('spec.sessionAffinity')
  else checkOneOf(spec.sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity', errors)
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (spec.sessionAffinity === 'ClientIP') {
    if (seconds === undefined) errors.required('spec.sessionAffinityConfig', 'when session affinity type is ClientIP')
    else if (seconds <= 0 || seconds > 86400)
      errors.invalid(
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
        seconds,
        'must be greater than 0 and less than or equal to 86400',
      )
  } else if (spec.sessionAffinityConfig)
    errors.forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None')
}

const validateExternalIps = (spec: ServiceSpec, errors: FieldErrors): void => {
  for (const [index, address] of (spec.externalIPs ?? []).entries()) {
    const path = `spec.externalIPs[${index}]`
    if (familyOf(address) === undefined) checkIp(address, path, errors)
    else checkNotSpecial(address, path, errors)
  }
  if (!spec.type) errors.required('spec.type')
  else checkOneOf(spec.type, types, 'spec.type', errors)
}

const validateRepeats = (spec: ServiceSpec, errors: FieldErrors): void => {
  const seen = new Set<string>()
  const nodePorts = new Set<string>()
  for (const [index, {port, protocol, nodePort}] of (spec.ports ?? []).entries()) {
    const key = `${protocol}/${port}`
    if (seen.has(key)) errors.duplicate(`spec.ports[${index}]`, goText('ServicePort', {port, protocol}))
    seen.add(key)
    if (!nodePort) continue
    if (spec.type === 'ClusterIP' || spec.type === 'ExternalName')
      errors.forbidden(`spec.ports[${index}].nodePort`, `may not be used when \`type\` is '${spec.type}'`)
    const taken = `${protocol}/${nodePort}`
    if (nodePorts.has(taken)) errors.duplicate(`spec.ports[${index}].nodePort`, nodePort)
    nodePorts.add(taken)
  }
}

const validateLoadBalancer = (spec: ServiceSpec, errors: FieldErrors): void => {
  const isLoadBalancer = spec.type === 'LoadBalancer'
  if (spec.loadBalancerSourceRanges?.length) {
    if (!isLoadBalancer)
      errors.forbidden('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'")
    for (const [index, range] of spec.loadBalancerSourceRanges.entries())
      checkCidr(range.trim(), `spec.LoadBalancerSourceRanges[${index}]`, errors)
  }
  if (isLoadBalancer && spec.allocateLoadBalancerNodePorts === undefined)
    errors.required('spec.allocateLoadBalancerNodePorts')
  if (!isLoadBalancer && spec.allocateLoadBalancerNodePorts !== undefined)
    errors.forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'")
  if (spec.loadBalancerClass === undefined) return
  if (!isLoadBalancer) errors.forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'")
  else checkQualifiedName(spec.loadBalancerClass, 'spec.loadBalancerClass', errors)
}

const validateTraffic = (spec: ServiceSpec, errors: FieldErrors): void => {
  const {type, externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort} = spec
  const isExternal =
    type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)
  if (external && !isExternal)
    errors.invalid('spec.externalTrafficPolicy', external, 'may only be set for externally-accessible services')
  else if (isExternal && !external) errors.required('spec.externalTrafficPolicy')
  else if (external) checkOneOf(external, ['Cluster', 'Local'], 'spec.externalTrafficPolicy', errors)
  const checksHealth = type === 'LoadBalancer' && external === 'Local'
  if (checksHealth && !healthCheckNodePort) errors.required('spec.healthCheckNodePort')
  if (!checksHealth && healthCheckNodePort)
    errors.invalid(
      'spec.healthCheckNodePort',
      healthCheckNodePort,
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    )
  if (internal === undefined) {
    if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP')
      errors.required('spec.internalTrafficPolicy')
  } else checkOneOf(internal, ['Cluster', 'Local'], 'spec.internalTrafficPolicy', errors)
  if (spec.trafficDistribution !== undefined)
    checkOneOf(
      spec.trafficDistribution,
      ['PreferClose', 'PreferSameNode', 'PreferSameZone'],
      'spec.trafficDistribution',
      errors,
    )
}

const validateClusterIps = (spec: ServiceSpec, errors: FieldErrors): void => {
  if (spec.type === 'ExternalName') return
  const {clusterIP = '', clusterIPs = [], ipFamilies = []} = spec
  for (const [index, family] of ipFamilies.entries()) {
    checkOneOf(family, ['IPv4', 'IPv6'], `spec.ipFamilies[${index}]`, errors)
    if (ipFamilies.indexOf(family) < index) errors.duplicate(`spec.ipFamilies[${index}]`, family)
  }
  if (spec.ipFamilyPolicy !== undefined)
    checkOneOf(
      spec.ipFamilyPolicy,
      ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
      'spec.ipFamilyPolicy',
      errors,
    )
  if (clusterIP && clusterIPs.length === 0) errors.required('spec.clusterIPs')
  if (clusterIPs.length > 0 && clusterIP !== clusterIPs[0])
    errors.invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`')
  if (clusterIPs.length > 2) errors.invalid('spec.clusterIPs', clusterIPs, 'may only hold up to 2 values')
  for (const [index, address] of clusterIPs.entries()) {
    const path = `spec.clusterIPs[${index}]`
    if (address === 'None') {
      if (index > 0) errors.invalid(path, address, "'None' must be the first and only value")
    } else if (familyOf(address) === undefined) checkIp(address, path, errors)
    else if (ipFamilies[index] && familyOf(address) !== ipFamilies[index])
      errors.invalid(path, address, `expected an ${ipFamilies[index]} value as indicated by \`ipFamilies[${index}]\``)
  }
}

export const validateService = ({spec = {}}: Service, errors: FieldErrors): void => {
  validateClusterIps(spec, errors)
  validateTypeBasics(spec, errors)
  const names = new Set<string>()
  for (const [index, port] of (spec.ports ?? []).entries())
    validatePort(port, {spec, names, path: `spec.ports[${index}]`}, errors)
  validateAffinity(spec, errors)
  validateExternalIps(spec, errors)
  validateRepeats(spec, errors)
  validateLoadBalancer(spec, errors)
  validateTraffic(spec, errors)
}

const changedOnce = 'may not change once set'

/** Addresses stay for the life of a service that has them. */
export const validateServiceUpdate = (service: Service, before: Service, errors: FieldErrors): void => {
  const spec = service.spec ?? {}
  const old = before.spec ?? {}
  const keeps = spec.type !== 'ExternalName' && old.type !== 'ExternalName'
  if (keeps) {
    const [first, former] = [spec.clusterIPs?.[0], old.clusterIPs?.[0]]
    if (former !== undefined && first !== former)
      errors.invalid(
        'spec.clusterIPs[0]',
        spec.clusterIPs ?? null,
        first === undefined ? 'primary clusterIP can not be unset' : changedOnce,
      )
    const [family, formerFamily] = [spec.ipFamilies?.[0], old.ipFamilies?.[0]]
    if (formerFamily !== undefined && family !== formerFamily)
      errors.invalid('spec.ipFamilies[0]', spec.ipFamilies ?? null, changedOnce)
  }
  if (
    spec.type === 'LoadBalancer' &&
    old.type === 'LoadBalancer' &&
    !isSame(spec.loadBalancerClass, old.loadBalancerClass)
  )
    errors.invalid('spec.loadBalancerClass', spec.loadBalancerClass ?? null, changedOnce)
  validateService(service, errors)
}
