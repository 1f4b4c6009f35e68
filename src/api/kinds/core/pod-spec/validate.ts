// Pod specs, in pods and in templates.
import type {FieldErrors} from '../../../field-errors.ts'
import {dnsSubdomain} from '../../../meta/names.ts'
import type {Container, PodDNSConfig, PodSpec, PodTemplateSpec} from '../../../schema/types.gen.ts'
import {
  checkIp,
  checkLabelName,
  checkName,
  checkOneOf,
  checkOptionalOneOf,
  checkQualifiedName,
  checkRange,
  checkRequired,
  checkSubdomain,
} from '../../checks.ts'
import {goText} from '../../go-struct.ts'
import {validateAnnotations, validateLabels} from '../../metadata.ts'
import {contextOf, validateContainers, validateInitContainers} from './validate-container.ts'
import {validateEphemeralContainers} from './validate-ephemeral.ts'
import {validateResources} from './validate-resources.ts'
import {validateAffinity, validateSpreadConstraints, validateTolerations} from './validate-scheduling.ts'
import {validateHostUsers, validateOs, validatePodSecurityContext} from './validate-security.ts'
import {validateVolumes} from './validate-volumes.ts'

const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

const validateClaims = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  const names = new Set<string>()
  for (const [index, claim] of (spec.resourceClaims ?? []).entries()) {
    const at = `${path}[${index}]`
    if (checkRequired(claim.name, `${at}.name`, errors)) {
      if (names.has(claim.name)) errors.duplicate(`${at}.name`, claim.name)
      checkLabelName(claim.name, `${at}.name`, errors)
      names.add(claim.name)
    }
    const given = [claim.resourceClaimName, claim.resourceClaimTemplateName].filter((name) => name !== undefined)
    const choices = '`resourceClaimName`, `resourceClaimTemplateName`'
    if (given.length > 1)
      errors.invalid(at, goText('PodResourceClaim', claim), `at most one of ${choices} may be specified`)
    if (given.length === 0) errors.invalid(at, goText('PodResourceClaim', claim), `must specify one of: ${choices}`)
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const)
      if (claim[field] !== undefined) checkSubdomain(claim[field], `${at}.${field}`, errors)
  }
}

const validateHostNetworkPorts = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  if (!spec.hostNetwork) return
  const check = (containers: readonly Container[] | undefined, list: string): void => {
    for (const [index, container] of (containers ?? []).entries())
      for (const [at, port] of (container.ports ?? []).entries())
        if (port.hostPort && port.hostPort !== port.containerPort)
          errors.invalid(
            `${path}.${list}[${index}].ports[${at}].containerPort`,
            port.containerPort,
            'must match `hostPort` when `hostNetwork` is true',
          )
  }
  check(spec.containers, 'containers')
  check(spec.initContainers, 'initContainers')
}

const validateDnsConfig = (config: PodDNSConfig | undefined, policy: string, path: string, errors: FieldErrors) => {
  if (policy === 'None' && !config) {
    errors.required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')
    return
  }
  const {nameservers = [], searches = [], options = []} = config ?? {}
  if (policy === 'None' && nameservers.length === 0) {
    errors.required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')
    return
  }
  if (nameservers.length > 3)
    errors.invalid(`${path}.nameservers`, nameservers, 'must not have more than 3 nameservers')
  for (const [index, server] of nameservers.entries()) checkIp(server, `${path}.nameservers[${index}]`, errors)
  if (searches.length > 32) errors.invalid(`${path}.searches`, searches, 'must not have more than 32 search paths')
  if (searches.join(' ').length > 2048)
    errors.invalid(
      `${path}.searches`,
      searches,
      'must not have more than 2048 characters (including spaces) in the search list',
    )
  for (const [index, search] of searches.entries())
    if (search !== '.')
      checkSubdomain(search.replace(/\.$/, '').replaceAll('_', 'a'), `${path}.searches[${index}]`, errors)
  for (const [index, {name}] of options.entries())
    if (!name) errors.required(`${path}.options[${index}]`, 'must not be empty')
}

const validateGates = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  for (const [index, {conditionType}] of (spec.readinessGates ?? []).entries())
    checkQualifiedName(conditionType, `${path}.readinessGates[${index}].conditionType`, errors)
  const seen = new Set<string>()
  for (const [index, {name}] of (spec.schedulingGates ?? []).entries()) {
    checkQualifiedName(name, `${path}.schedulingGates[${index}]`, errors)
    if (seen.has(name)) errors.duplicate(`${path}.schedulingGates[${index}]`, name)
    seen.add(name)
  }
}

const validateNames = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  if (spec.serviceAccountName) checkSubdomain(spec.serviceAccountName, `${path}.serviceAccountName`, errors)
  if (spec.nodeName) checkSubdomain(spec.nodeName, `${path}.nodeName`, errors)
  checkRange(spec.activeDeadlineSeconds, {min: 1, max: 2147483647}, `${path}.activeDeadlineSeconds`, errors)
  if (spec.hostname) checkLabelName(spec.hostname, `${path}.hostname`, errors)
  if (spec.subdomain) checkLabelName(spec.subdomain, `${path}.subdomain`, errors)
}

const validateHostAliases = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  for (const [index, {ip, hostnames}] of (spec.hostAliases ?? []).entries()) {
    checkIp(ip, `${path}[${index}].ip`, errors)
    for (const name of hostnames ?? []) checkName(dnsSubdomain, name, `${path}[${index}].hostnames`, errors)
  }
}

const validateClasses = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  if (spec.priorityClassName) checkSubdomain(spec.priorityClassName, `${path}.priorityClassName`, errors)
  if (spec.runtimeClassName !== undefined) checkSubdomain(spec.runtimeClassName, `${path}.runtimeClassName`, errors)
  checkOptionalOneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`, errors)
  if (spec.overhead) validateResources({limits: spec.overhead}, {claimNames: new Set()}, `${path}.overhead`, errors)
}

export const validatePodSpec = (spec: PodSpec, podName: string, path: string, errors: FieldErrors): void => {
  const volumes = validateVolumes(spec.volumes, podName, `${path}.volumes`, errors)
  const context = contextOf(spec, volumes)
  validateClaims(spec, `${path}.resourceClaims`, errors)
  validateContainers(spec.containers, context, `${path}.containers`, errors)
  validateInitContainers(spec, context, `${path}.initContainers`, errors)
  validateEphemeralContainers(spec, context, `${path}.ephemeralContainers`, errors)
  if (spec.resources) validateResources(spec.resources, {claimNames: context.claimNames}, `${path}.resources`, errors)
  validateHostNetworkPorts(spec, path, errors)
  if (checkRequired(spec.restartPolicy, `${path}.restartPolicy`, errors))
    checkOneOf(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`, errors)
  if (checkRequired(spec.dnsPolicy, `${path}.dnsPolicy`, errors))
    checkOneOf(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`, errors)
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors)
  validatePodSecurityContext(spec.securityContext, spec, `${path}.securityContext`, errors)
  validateAffinity(spec.affinity, `${path}.affinity`, errors)
  validateDnsConfig(spec.dnsConfig, spec.dnsPolicy ?? '', `${path}.dnsConfig`, errors)
  validateGates(spec, path, errors)
  validateSpreadConstraints(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors)
  validateHostUsers(spec, path, errors)
  validateNames(spec, path, errors)
  validateTolerations(spec.tolerations, `${path}.tolerations`, errors)
  validateHostAliases(spec, `${path}.hostAliases`, errors)
  validateClasses(spec, path, errors)
  validateOs(spec, path, errors)
}

export const validatePodTemplate = (template: PodTemplateSpec | undefined, path: string, errors: FieldErrors): void => {
  validateLabels(template?.metadata?.labels, `${path}.labels`, errors)
  validateAnnotations(template?.metadata?.annotations, `${path}.annotations`, errors)
  const spec = template?.spec ?? {containers: []}
  validatePodSpec(spec, '', `${path}.spec`, errors)
  if (spec.ephemeralContainers?.length)
    errors.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')
}
