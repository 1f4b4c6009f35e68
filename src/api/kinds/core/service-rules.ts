import type {Strategy, Subresource} from '../../kind.ts'
import {dnsLabel, forPrefix} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {Service, ServicePort, ServiceSpec} from '../../schema/types.gen.ts'
import {checkIp, checkSubdomain} from '../checks.ts'
import {validateMetadataUpdate} from '../metadata.ts'
import {keepAllButStatus, keepStatus} from '../status.ts'
import {validateService, validateServiceUpdate} from './validate-service.ts'

export const hasClusterIps = ({type}: ServiceSpec): boolean =>
  type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer'
const isNodePort = ({type}: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer'
export const hasNodePorts = (spec: ServiceSpec): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
export const hasHealthCheckPort = ({type, externalTrafficPolicy}: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
const isExternal = (spec: ServiceSpec): boolean =>
  isNodePort(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0)

const defaultPort = (port: ServicePort): void => {
  port.protocol ||= 'TCP'
  if (port.targetPort === undefined || port.targetPort === '' || port.targetPort === 0) port.targetPort = port.port
}

const applyDefaults = (service: Service): void => {
  const spec = (service.spec ??= {})
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= {}
    spec.sessionAffinityConfig.clientIP ??= {}
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= 10800
  }
  spec.type ||= 'ClusterIP'
  spec.ports?.forEach(defaultPort)
  if (isExternal(spec)) spec.externalTrafficPolicy ||= 'Cluster'
  if (hasClusterIps(spec)) spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
}

/** clusterIP is the first of clusterIPs, whichever of the two was written. */
export const alignClusterIps = (spec: ServiceSpec, old: ServiceSpec | undefined): void => {
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
    return
  }
  const isChanged = (spec.clusterIP ?? '') !== (old.clusterIP ?? '')
  if (!isChanged) return
  if (!spec.clusterIP && isSame(spec.clusterIPs, old.clusterIPs)) delete spec.clusterIPs
  else if (spec.clusterIP && isSame(spec.clusterIPs, old.clusterIPs))
    spec.clusterIPs = [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)]
}

/** What the server gave and the client did not repeat. */
const keepAllocated = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (hasClusterIps(spec) && hasClusterIps(old)) {
    spec.clusterIP ||= old.clusterIP
    if (!spec.clusterIPs?.length && spec.clusterIP === old.clusterIP) spec.clusterIPs = old.clusterIPs
    if (!spec.ipFamilies?.length) spec.ipFamilies = old.ipFamilies
    spec.ipFamilyPolicy ??= old.ipFamilyPolicy
  }
  if (isNodePort(spec) && isNodePort(old)) {
    const used = new Set((spec.ports ?? []).map(({nodePort}) => nodePort))
    for (const port of spec.ports ?? []) {
      if (port.nodePort) continue
      const before = old.ports?.find(({protocol, port: number}) => protocol === port.protocol && number === port.port)
      if (before?.nodePort && !used.has(before.nodePort)) port.nodePort = before.nodePort
    }
  }
  if (hasHealthCheckPort(spec) && hasHealthCheckPort(old)) spec.healthCheckNodePort ||= old.healthCheckNodePort
}

const dropIfSame = (spec: ServiceSpec, old: ServiceSpec, ...fields: (keyof ServiceSpec)[]): void => {
  for (const field of fields) if (isSame(spec[field], old[field])) delete spec[field]
}

/** What another type had and this one has no use for, unless the client changed it. */
const dropUnneeded = (spec: ServiceSpec, old: ServiceSpec): void => {
  if (hasClusterIps(old) && !hasClusterIps(spec)) {
    const isUnchanged = isSame(spec.clusterIPs, old.clusterIPs) && (spec.clusterIP ?? '') === (old.clusterIP ?? '')
    if (isUnchanged) dropIfSame(spec, old, 'clusterIP', 'clusterIPs')
    dropIfSame(spec, old, 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy')
  }
  if (isNodePort(old) && !isNodePort(spec)) {
    const before = new Set((old.ports ?? []).map(({nodePort}) => nodePort))
    for (const port of spec.ports ?? []) if (before.has(port.nodePort)) delete port.nodePort
  }
  if (hasHealthCheckPort(old) && !hasHealthCheckPort(spec)) dropIfSame(spec, old, 'healthCheckNodePort')
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer')
    dropIfSame(spec, old, 'allocateLoadBalancerNodePorts', 'loadBalancerClass')
  if (isExternal(old) && !isExternal(spec)) dropIfSame(spec, old, 'externalTrafficPolicy')
}

const prepareForUpdate = (service: Service, before: Service): void => {
  keepStatus(service, before)
  const spec = (service.spec ??= {})
  const old = before.spec ?? {}
  keepAllocated(spec, old)
  alignClusterIps(spec, old)
  dropUnneeded(spec, old)
  if (spec.type !== 'LoadBalancer') service.status = {...service.status, loadBalancer: {}}
}

const warnings = ({spec}: Service): string[] => [
  ...(spec?.clusterIPs?.[0] === 'None' && spec.sessionAffinity && spec.sessionAffinity !== 'None'
    ? ['spec.SessionAffinity is ignored for headless services']
    : []),
  ...(spec?.type === 'ExternalName' && spec.externalIPs?.length
    ? ['spec.externalIPs is ignored when spec.type is "ExternalName"']
    : []),
  ...(spec?.type !== 'ExternalName' && spec?.externalName
    ? ['spec.externalName is ignored when spec.type is not "ExternalName"']
    : []),
]

export const serviceStrategy: Strategy<Service> = {
  default: applyDefaults,
  validateName: forPrefix(dnsLabel),
  prepareForCreate: (service) => {
    service.status = {loadBalancer: {}}
  },
  prepareForUpdate,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  validateOnlyUpdate: true,
  warnings,
  createOnUpdate: true,
}

export const serviceStatusSubresource: Subresource<Service> = {
  verbs: ['get', 'patch', 'update'],
  prepareForUpdate: keepAllButStatus,
  validateUpdate: (service, old, errors) => {
    validateMetadataUpdate(service, old, errors)
    if (service.spec?.type !== 'LoadBalancer' && service.status?.loadBalancer?.ingress?.length)
      errors.forbidden('status.loadBalancer.ingress', 'may only be used when `spec.type` is "LoadBalancer"')
    for (const [index, {ip, hostname}] of (service.status?.loadBalancer?.ingress ?? []).entries()) {
      const path = `status.loadBalancer.ingress[${index}]`
      if (ip) checkIp(ip, `${path}.ip`, errors)
      if (hostname) checkSubdomain(hostname, `${path}.hostname`, errors)
    }
  },
}
