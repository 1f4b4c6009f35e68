// IngressClass, IPAddress and ServiceCIDR.
import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {addressNumber, addressText, familyOf} from '../../meta/ip.ts'
import {dnsSubdomain} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {IngressClass, IPAddress, ServiceCIDR} from '../../schema/types.gen.ts'
import {checkCidr, checkName, checkOneOf, checkRequired, immutable} from '../checks.ts'
import {dropStatus, keepStatus} from '../status.ts'

const checkPrefixedPath = (value: string, path: string, errors: FieldErrors): void => {
  const slash = value.indexOf('/')
  if (slash <= 0 || slash === value.length - 1)
    errors.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
  else checkName(dnsSubdomain, value.slice(0, slash), path, errors)
}

const validateClass = ({spec}: IngressClass, errors: FieldErrors): void => {
  const controller = spec?.controller ?? ''
  if (controller.length > 250) errors.tooLong('spec.controller', 250)
  if (checkRequired(controller, 'spec.controller', errors)) checkPrefixedPath(controller, 'spec.controller', errors)
  const parameters = spec?.parameters
  if (!parameters) return
  checkRequired(parameters.kind, 'spec.parameters.kind', errors)
  checkRequired(parameters.name, 'spec.parameters.name', errors)
  if (parameters.scope === undefined) errors.required('spec.parameters.scope')
  else checkOneOf(parameters.scope, ['Cluster', 'Namespace'], 'spec.parameters.scope', errors)
  if (parameters.scope === 'Namespace' && !parameters.namespace)
    errors.required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'")
  if (parameters.scope === 'Cluster' && parameters.namespace)
    errors.forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'")
}

export const ingressClassStrategy: Strategy<IngressClass> = {
  default: ({spec}) => {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster'
  },
  validate: validateClass,
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (spec?.controller !== old?.controller) errors.invalid('spec.controller', spec?.controller ?? '', immutable)
  },
}

const canonicalAddress = (name: string): string | undefined => {
  const family = familyOf(name)
  const value = addressNumber(name)
  return family && value !== undefined ? addressText(value, family) : undefined
}

export const ipAddressStrategy: Strategy<IPAddress> = {
  validateName: (name) => {
    const canonical = canonicalAddress(name)
    if (canonical === undefined) return ['not a valid IP address']
    return canonical === name ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`]
  },
  validate: ({spec}, errors) => {
    const parent = spec?.parentRef
    if (!parent) {
      errors.required('spec.parentRef')
      return
    }
    checkRequired(parent.resource, 'spec.parentRef.resource', errors)
    checkRequired(parent.name, 'spec.parentRef.name', errors)
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (!isSame(spec?.parentRef, old?.parentRef)) errors.invalid('spec.parentRef', spec?.parentRef ?? null, immutable)
  },
}

export const serviceCidrStrategy: Strategy<ServiceCIDR> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepStatus,
  validate: ({spec}, errors) => {
    const ranges = spec?.cidrs ?? []
    if (ranges.length === 0) errors.required('spec.cidrs', 'at least one CIDR required')
    else if (ranges.length > 2) errors.invalid('spec.cidrs', ranges, 'may only hold up to 2 values')
    for (const [index, range] of ranges.entries()) checkCidr(range, `spec.cidrs[${index}]`, errors)
  },
  validateUpdate: ({spec}, {spec: old}, errors) => {
    const [now, before] = [spec?.cidrs ?? [], old?.cidrs ?? []]
    // A second family may come; what is there stays.
    const isGrown = before.length === 1 && now.length === 2
    if (!isSame(isGrown ? now.slice(0, 1) : now, before)) errors.invalid('spec.cidrs', spec?.cidrs ?? null, immutable)
  },
}
