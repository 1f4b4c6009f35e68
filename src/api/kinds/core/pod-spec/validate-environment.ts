// Environment variables and the fields they may be taken from.
import type {FieldErrors} from '../../../field-errors.ts'
import {configMapKey, dnsSubdomain, environmentName, qualifiedName} from '../../../meta/names.ts'
import {canonicalQuantity} from '../../../meta/quantity.ts'
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../../../schema/types.gen.ts'
import {checkName, checkRequired} from '../../checks.ts'
import {checkLocalPath} from '../../paths.ts'

export const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]
const knownFields = new Set([
  ...environmentFields,
  ...volumeFields,
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
])
const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]

const conversionProblem = ({apiVersion, fieldPath}: ObjectFieldSelector, subscripted: string | undefined) => {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`
  if (subscripted !== undefined)
    return subscripted === 'metadata.annotations' || subscripted === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${fieldPath}`
  return knownFields.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`
}

export const validateFieldSelector = (
  selector: ObjectFieldSelector,
  supported: readonly string[],
  path: string,
  errors: FieldErrors,
): void => {
  if (!checkRequired(selector.apiVersion, `${path}.apiVersion`, errors)) return
  if (!checkRequired(selector.fieldPath, `${path}.fieldPath`, errors)) return
  const [, subscripted, key = ''] = /^(.+)\['(.*)'\]$/.exec(selector.fieldPath) ?? []
  const problem = conversionProblem(selector, subscripted)
  if (problem !== undefined)
    errors.invalid(`${path}.fieldPath`, selector.fieldPath, `error converting fieldPath: ${problem}`)
  else if (subscripted !== undefined) {
    const checked = subscripted === 'metadata.annotations' ? key.toLowerCase() : key
    for (const complaint of qualifiedName(checked)) errors.invalid(path, key, complaint)
  } else if (!supported.includes(selector.fieldPath === 'spec.host' ? 'spec.nodeName' : selector.fieldPath))
    errors.notSupported(`${path}.fieldPath`, selector.fieldPath, supported)
}

const sizeDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const divisorsOf = (resource: string): {readonly allowed: readonly string[]; readonly text: string} | undefined => {
  const name = resource.replace(/^(limits|requests)\./, '')
  const sizes = `only divisor's values ${sizeDivisors.join(', ')} are supported with the`
  if (name === 'cpu')
    return {allowed: ['1m', '1'], text: "only divisor's values 1m and 1 are supported with the cpu resource"}
  if (name === 'memory') return {allowed: sizeDivisors, text: `${sizes} memory resource`}
  if (name === 'ephemeral-storage') return {allowed: sizeDivisors, text: `${sizes} local ephemeral storage resource`}
  return name.startsWith('hugepages-') ? {allowed: sizeDivisors, text: `${sizes} hugepages resource`} : undefined
}

const validateDivisor = ({resource, divisor}: ResourceFieldSelector, path: string, errors: FieldErrors): void => {
  const rule = divisorsOf(resource)
  if (divisor === undefined || divisor === '0' || !rule) return
  if (!rule.allowed.includes(canonicalQuantity(divisor))) errors.invalid(`${path}.divisor`, resource, rule.text)
}

export const validateResourceFieldSelector = (
  selector: ResourceFieldSelector,
  where: 'env' | 'volume',
  path: string,
  errors: FieldErrors,
): void => {
  if (where === 'volume' && !selector.containerName) errors.required(`${path}.containerName`)
  else if (!selector.resource) errors.required(`${path}.resource`)
  else if (!resourceFields.includes(selector.resource) && !/^(limits|requests)\.hugepages-/.test(selector.resource))
    errors.notSupported(`${path}.resource`, selector.resource, resourceFields)
  validateDivisor(selector, path, errors)
}

const validateKey = (reference: {name?: string | undefined; key: string}, path: string, errors: FieldErrors): void => {
  checkName(dnsSubdomain, reference.name, `${path}.name`, errors)
  if (checkRequired(reference.key, `${path}.key`, errors)) checkName(configMapKey, reference.key, `${path}.key`, errors)
}

const validateFileKey = (source: NonNullable<EnvVarSource['fileKeyRef']>, path: string, errors: FieldErrors): void => {
  if (checkRequired(source.key, `${path}.key`, errors)) checkName(environmentName, source.key, `${path}.key`, errors)
  checkRequired(source.volumeName, `${path}.volumeName`, errors)
  if (checkRequired(source.path, `${path}.path`, errors)) checkLocalPath(source.path, `${path}.path`, errors)
}

const validateSource = ({value, valueFrom}: EnvVar, path: string, errors: FieldErrors): void => {
  if (!valueFrom) return
  const {fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef} = valueFrom
  if (fieldRef) validateFieldSelector(fieldRef, environmentFields, `${path}.fieldRef`, errors)
  if (resourceFieldRef) validateResourceFieldSelector(resourceFieldRef, 'env', `${path}.resourceFieldRef`, errors)
  if (configMapKeyRef) validateKey(configMapKeyRef, `${path}.configMapKeyRef`, errors)
  if (secretKeyRef) validateKey(secretKeyRef, `${path}.secretKeyRef`, errors)
  if (fileKeyRef) validateFileKey(fileKeyRef, `${path}.fileKeyRef`, errors)
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean)
  if (sources.length === 0)
    errors.invalid(
      path,
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    )
  else if (value) errors.invalid(path, '', 'may not be specified when `value` is not empty')
  else if (sources.length > 1) errors.invalid(path, '', 'may not have more than one field specified at a time')
}

export const validateEnvironment = (env: readonly EnvVar[] | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, variable] of (env ?? []).entries()) {
    const at = `${path}[${index}]`
    if (checkRequired(variable.name, `${at}.name`, errors))
      checkName(environmentName, variable.name, `${at}.name`, errors)
    validateSource(variable, `${at}.valueFrom`, errors)
  }
}

const validateReference = (name: string | undefined, path: string, errors: FieldErrors): void => {
  if (checkRequired(name, path, errors)) checkName(dnsSubdomain, name, path, errors)
}

export const validateEnvironmentSources = (
  sources: readonly EnvFromSource[] | undefined,
  path: string,
  errors: FieldErrors,
): void => {
  for (const [index, {prefix, configMapRef, secretRef}] of (sources ?? []).entries()) {
    const at = `${path}[${index}]`
    if (prefix) checkName(environmentName, prefix, `${at}.prefix`, errors)
    if (configMapRef) validateReference(configMapRef.name, `${at}.configMapRef.name`, errors)
    if (secretRef) validateReference(secretRef.name, `${at}.secretRef.name`, errors)
    if (!configMapRef && !secretRef) errors.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`')
    if (configMapRef && secretRef) errors.invalid(path, '', 'may not have more than one field specified at a time')
  }
}
