import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {familyOf} from '../../meta/ip.ts'
import {dnsLabel, dnsSubdomain, portName, wildcardSubdomain} from '../../meta/names.ts'
import type {HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressSpec} from '../../schema/types.gen.ts'
import {checkIp, checkName, checkPortNumber, checkRequired, checkSubdomain} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const classAnnotation = 'kubernetes.io/ingress.class'

const validateServicePort = (
  port: {name?: string | undefined; number?: number | undefined},
  path: string,
  errors: FieldErrors,
) => {
  if (port.name && port.number) errors.invalid(path, '', 'cannot set both port name & port number')
  else if (port.name) checkName(portName, port.name, `${path}.port.name`, errors)
  else if (port.number) checkPortNumber(port.number, `${path}.port.number`, errors)
  else errors.required(path, 'port name or number is required')
}

const validateBackend = (backend: IngressBackend | undefined, path: string, errors: FieldErrors): void => {
  const {service, resource} = backend ?? {}
  if (service && resource) errors.invalid(path, '', 'cannot set both resource and service backends')
  else if (resource) {
    checkRequired(resource.kind, `${path}.resource.kind`, errors)
    checkRequired(resource.name, `${path}.resource.name`, errors)
  } else if (service) {
    if (checkRequired(service.name, `${path}.service.name`, errors))
      checkName(dnsLabel, service.name, `${path}.service.name`, errors)
    validateServicePort(service.port ?? {}, path, errors)
  } else errors.invalid(path, '', 'resource or service backend is required')
}

const badParts = ['//', '/./', '/../', '%2f', '%2F']
const badEnds = ['/..', '/.']

const validatePath = ({path = '', pathType, backend}: HTTPIngressPath, at: string, errors: FieldErrors): void => {
  if (!pathType) {
    errors.required(`${at}.pathType`, 'pathType must be specified')
    return
  }
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!path.startsWith('/')) errors.invalid(`${at}.path`, path, 'must be an absolute path')
    for (const part of badParts)
      if (path.includes(part)) errors.invalid(`${at}.path`, path, `must not contain '${part}'`)
    for (const end of badEnds) if (path.endsWith(end)) errors.invalid(`${at}.path`, path, `cannot end with '${end}'`)
  } else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) errors.invalid(`${at}.path`, path, 'must be an absolute path')
  } else errors.notSupported(`${at}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix'])
  validateBackend(backend, `${at}.backend`, errors)
}

const checkHostName = (host: string, path: string, errors: FieldErrors): void =>
  checkName(host.includes('*') ? wildcardSubdomain : dnsSubdomain, host, path, errors)

const validateHost = (host: string, path: string, errors: FieldErrors): void => {
  if (familyOf(host) !== undefined) errors.invalid(path, host, 'must be a DNS name, not an IP address')
  checkHostName(host, path, errors)
}

const validateRule = ({host, http}: IngressRule, path: string, errors: FieldErrors): void => {
  if (host) validateHost(host, `${path}.host`, errors)
  if (!http) return
  if (!http.paths?.length) errors.required(`${path}.http.paths`)
  for (const [index, each] of (http.paths ?? []).entries()) validatePath(each, `${path}.http.paths[${index}]`, errors)
}

const validateSpec = (spec: IngressSpec, old: IngressSpec | undefined, errors: FieldErrors): void => {
  if (!spec.rules?.length && !spec.defaultBackend)
    errors.invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified')
  if (spec.defaultBackend) validateBackend(spec.defaultBackend, 'spec.defaultBackend', errors)
  for (const [index, rule] of (spec.rules ?? []).entries()) validateRule(rule, `spec.rules[${index}]`, errors)
  validateTls(spec, old, errors)
  if (spec.ingressClassName !== undefined) checkSubdomain(spec.ingressClassName, 'spec.ingressClassName', errors)
}

/** A secret name that is none stays allowed in an object that already had one. */
const hasBadSecretName = (spec: IngressSpec | undefined): boolean =>
  spec?.tls?.some(({secretName}) => secretName && dnsSubdomain(secretName).length > 0) ?? false

const validateTls = ({tls = []}: IngressSpec, old: IngressSpec | undefined, errors: FieldErrors): void => {
  for (const [index, {hosts, secretName}] of tls.entries()) {
    for (const [at, host] of (hosts ?? []).entries()) checkHostName(host, `spec.tls[${index}].hosts[${at}]`, errors)
    if (secretName && !hasBadSecretName(old)) checkSubdomain(secretName, `spec.tls[${index}].secretName`, errors)
  }
}

export const ingressStrategy: Strategy<Ingress> = {
  prepareForCreate: (ingress) => {
    dropStatus(ingress)
    ingress.status = {loadBalancer: {}}
  },
  prepareForUpdate: keepStatus,
  validate: ({metadata, spec}, errors) => {
    validateSpec(spec ?? {}, undefined, errors)
    const named = metadata?.annotations?.[classAnnotation]
    if (named !== undefined && spec?.ingressClassName !== undefined && named !== spec.ingressClassName)
      errors.invalid(`annotations.${classAnnotation}`, named, 'must match `ingressClassName` when both are specified')
  },
  validateOnlyUpdate: true,
  validateUpdate: ({spec}, old, errors) => validateSpec(spec ?? {}, old.spec, errors),
  warnings: ({metadata}, old) =>
    metadata?.annotations?.[classAnnotation] !== undefined && !old
      ? [`annotation ${JSON.stringify(classAnnotation)} is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
}

export const validateIngressStatus = ({status}: Ingress, _old: Ingress, errors: FieldErrors): void => {
  for (const [index, {ip, hostname}] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const path = `status.loadBalancer.ingress[${index}]`
    if (ip) checkIp(ip, `${path}.ip`, errors)
    if (!hostname) continue
    checkSubdomain(hostname, `${path}.hostname`, errors)
    if (familyOf(hostname) !== undefined)
      errors.invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address')
  }
}
