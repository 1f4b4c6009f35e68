// Containers: what all of them need, then what each sort of container may have.
import type {FieldErrors} from '../../../field-errors.ts'
import {portName} from '../../../meta/names.ts'
import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  EphemeralContainer,
  PodSpec,
} from '../../../schema/types.gen.ts'
import {checkLabelName, checkName, checkOneOf, checkPortNumber, checkRequired} from '../../checks.ts'
import {validateEnvironment, validateEnvironmentSources} from './validate-environment.ts'
import {type LifecycleContext, validateLifecycle, validateProbes} from './validate-probe.ts'
import {validateResources} from './validate-resources.ts'
import {validateSecurityContext} from './validate-security.ts'
import {type Volumes, validateVolumeDevices, validateVolumeMounts} from './validate-volume-mounts.ts'

export interface ContainerContext extends LifecycleContext {
  readonly volumes: Volumes
  readonly claimNames: ReadonlySet<string>
  readonly restartPolicy: string
  readonly hostUsers: boolean
}

export const contextOf = (spec: PodSpec, volumes: Volumes): ContainerContext => ({
  volumes,
  claimNames: new Set((spec.resourceClaims ?? []).map(({name}) => name)),
  restartPolicy: spec.restartPolicy ?? '',
  hostUsers: spec.hostUsers !== false,
  graceSeconds: spec.terminationGracePeriodSeconds ?? 0,
  osName: spec.os?.name,
})

const protocols = ['SCTP', 'TCP', 'UDP']

const validatePorts = (ports: readonly ContainerPort[] | undefined, path: string, errors: FieldErrors): void => {
  const names = new Set<string>()
  for (const [index, port] of (ports ?? []).entries()) {
    const at = `${path}[${index}]`
    if (port.name) {
      const complaints = portName(port.name)
      if (complaints.length > 0) checkName(portName, port.name, `${at}.name`, errors)
      else if (names.has(port.name)) errors.duplicate(`${at}.name`, port.name)
      else names.add(port.name)
    }
    if (!port.containerPort) errors.required(`${at}.containerPort`)
    else checkPortNumber(port.containerPort, `${at}.containerPort`, errors)
    if (port.hostPort) checkPortNumber(port.hostPort, `${at}.hostPort`, errors)
    if (!port.protocol) errors.required(`${at}.protocol`)
    else checkOneOf(port.protocol, protocols, `${at}.protocol`, errors)
  }
}

const validateResizePolicy = (
  policies: readonly ContainerResizePolicy[] | undefined,
  restartPolicy: string,
  path: string,
  errors: FieldErrors,
): void => {
  const seen = new Set<string>()
  for (const [index, policy] of (policies ?? []).entries()) {
    if (seen.has(policy.resourceName)) errors.duplicate(`${path}[${index}]`, policy.resourceName)
    seen.add(policy.resourceName)
    if (!policy.resourceName) errors.required(path)
    else checkOneOf(policy.resourceName, ['cpu', 'memory'], path, errors)
    if (!policy.restartPolicy) errors.required(path)
    else checkOneOf(policy.restartPolicy, ['NotRequired', 'RestartContainer'], path, errors)
    if (restartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired')
      errors.invalid(path, policy.restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")
  }
}

const validateImage = (container: Container | EphemeralContainer, path: string, errors: FieldErrors): void => {
  checkRequired(container.image, `${path}.image`, errors)
  const policy = container.terminationMessagePolicy
  if (!policy) errors.required(`${path}.terminationMessagePolicy`)
  else checkOneOf(policy, ['File', 'FallbackToLogsOnError'], `${path}.terminationMessagePolicy`, errors)
}

const validatePullPolicy = (policy: string | undefined, path: string, errors: FieldErrors): void => {
  if (checkRequired(policy, path, errors)) checkOneOf(policy, ['Always', 'IfNotPresent', 'Never'], path, errors)
}

export const validateContainerCommon = (
  container: Container | EphemeralContainer,
  context: ContainerContext,
  path: string,
  errors: FieldErrors,
): void => {
  if (checkRequired(container.name, `${path}.name`, errors)) checkLabelName(container.name, `${path}.name`, errors)
  validateImage(container, path, errors)
  validatePorts(container.ports, `${path}.ports`, errors)
  validateEnvironment(container.env, `${path}.env`, errors)
  validateEnvironmentSources(container.envFrom, `${path}.envFrom`, errors)
  validateVolumeMounts(container, context.volumes, `${path}.volumeMounts`, errors)
  validateVolumeDevices(container, context.volumes, `${path}.volumeDevices`, errors)
  validatePullPolicy(container.imagePullPolicy, `${path}.imagePullPolicy`, errors)
  validateResources(container.resources, {claimNames: context.claimNames}, `${path}.resources`, errors)
  validateResizePolicy(container.resizePolicy, context.restartPolicy, `${path}.resizePolicy`, errors)
  validateSecurityContext(container.securityContext, context.hostUsers, `${path}.securityContext`, errors)
}

export const validateHostPorts = (
  containers: readonly {readonly index: number; readonly container: Container}[],
  path: string,
  errors: FieldErrors,
): void => {
  const taken = new Set<string>()
  for (const {index, container} of containers)
    for (const [at, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort) continue
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
      if (taken.has(key)) errors.duplicate(`${path}[${index}].ports[${at}].hostPort`, key)
      taken.add(key)
    }
}

const validateRestartRules = (container: Container, path: string, errors: FieldErrors): void => {
  const rules = container.restartPolicyRules ?? []
  if (container.restartPolicy === undefined) {
    if (rules.length > 0)
      errors.required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used')
    return
  }
  checkOneOf(container.restartPolicy, ['Always', 'Never', 'OnFailure'], `${path}.restartPolicy`, errors)
  if (rules.length > 20) errors.tooMany(`${path}.restartPolicyRules`, rules.length, 20)
  for (const [index, {action, exitCodes}] of rules.entries()) {
    const at = `${path}.restartPolicyRules[${index}]`
    checkOneOf(action, ['Restart', 'RestartAllContainers'], `${at}.action`, errors)
    if (!exitCodes) {
      errors.required(`${at}.exitCodes`, 'must be specified')
      continue
    }
    checkOneOf(exitCodes.operator, ['In', 'NotIn'], `${at}.exitCodes.operator`, errors)
    const values = exitCodes.values ?? []
    if (values.length > 255) errors.tooMany(`${at}.exitCodes.values`, values.length, 255)
  }
}

export const validateContainers = (
  containers: readonly Container[] | undefined,
  context: ContainerContext,
  path: string,
  errors: FieldErrors,
): void => {
  if (!containers?.length) {
    errors.required(path)
    return
  }
  const names = new Set<string>()
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`
    validateContainerCommon(container, context, at, errors)
    if (names.has(container.name)) errors.duplicate(`${at}.name`, container.name)
    names.add(container.name)
    validateLifecycle(container.lifecycle, context, `${at}.lifecycle`, errors)
    validateProbes(container, at, errors)
    validateRestartRules(container, at, errors)
  }
  validateHostPorts(
    containers.map((container, index) => ({container, index})),
    path,
    errors,
  )
}

const notForInit = 'may not be set for init containers without restartPolicy=Always'

const validateInitExtras = (
  container: Container,
  context: ContainerContext,
  path: string,
  errors: FieldErrors,
): void => {
  if (container.restartPolicy === 'Always') {
    validateLifecycle(container.lifecycle, context, `${path}.lifecycle`, errors)
    validateProbes(container, path, errors)
    return
  }
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    if (container[field]) errors.forbidden(`${path}.${field}`, notForInit)
  if (container.resizePolicy?.length)
    errors.invalid(`${path}.resizePolicy`, container.resizePolicy, 'must not be set for init containers')
}

export const validateInitContainers = (
  spec: PodSpec,
  context: ContainerContext,
  path: string,
  errors: FieldErrors,
): void => {
  const names = new Set((spec.containers ?? []).map(({name}) => name))
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const at = `${path}[${index}]`
    validateContainerCommon(container, context, at, errors)
    if (container.restartPolicy !== undefined) validateRestartRules(container, at, errors)
    if (names.has(container.name)) errors.duplicate(`${at}.name`, container.name)
    names.add(container.name)
    validateHostPorts([{container, index}], path, errors)
    validateInitExtras(container, context, at, errors)
  }
}
