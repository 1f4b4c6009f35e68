// What resources may be called, and what amounts of them make sense.
import type {FieldErrors} from '../../../field-errors.ts'
import {qualifiedName} from '../../../meta/names.ts'
import {canonicalQuantity, parseQuantity} from '../../../meta/quantity.ts'
import {atLeastZero} from '../../checks.ts'

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage'])
const objectCounts = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])
const quotaComputeResources = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [
  name,
  `requests.${name}`,
  `limits.${name}`,
])
const standardResources = new Set([...quotaComputeResources, ...objectCounts, 'storage', 'requests.storage'])

export const isHugePages = (resource: string): boolean => resource.startsWith('hugepages-')
const isQuotaHugePages = (resource: string): boolean => /^(requests\.)?hugepages-/.test(resource)
export const isStandardResource = (resource: string): boolean =>
  standardResources.has(resource) || isQuotaHugePages(resource)
export const isStandardQuotaResource = (resource: string): boolean =>
  standardResources.has(resource) || isQuotaHugePages(resource)
export const isStandardContainerResource = (resource: string): boolean =>
  containerResources.has(resource) || isHugePages(resource)

const isNative = (resource: string): boolean => !resource.includes('/') || resource.includes('kubernetes.io/')
export const isExtendedResource = (resource: string): boolean =>
  !isNative(resource) && !resource.startsWith('requests.') && qualifiedName(`requests.${resource}`).length === 0
export const allowsOvercommit = (resource: string): boolean => isNative(resource) && !isHugePages(resource)
const isWhole = (resource: string): boolean => objectCounts.has(resource) || isExtendedResource(resource)

export const validateResourceName = (resource: string, path: string, errors: FieldErrors): boolean => {
  const complaints = qualifiedName(resource)
  for (const complaint of complaints) errors.invalid(path, resource, complaint)
  if (complaints.length > 0) return false
  if (resource.includes('/') || isStandardResource(resource)) return true
  errors.invalid(path, resource, 'must be a standard resource type or fully qualified')
  return true
}

export const validateContainerResourceName = (resource: string, path: string, errors: FieldErrors): void => {
  validateResourceName(resource, path, errors)
  if (!resource.includes('/')) {
    if (!isStandardContainerResource(resource))
      errors.invalid(path, resource, 'must be a standard resource for containers')
  } else if (!isNative(resource) && !isExtendedResource(resource))
    errors.invalid(path, resource, "doesn't follow extended resource name standard")
}

export const validateAmount = (resource: string, amount: string, path: string, errors: FieldErrors): void => {
  const {nanos} = parseQuantity(amount)
  if (nanos < 0n) errors.invalid(path, canonicalQuantity(amount), atLeastZero)
  if (isWhole(resource) && nanos % 1_000_000_000n !== 0n)
    errors.invalid(path, canonicalQuantity(amount), 'must be an integer')
}
