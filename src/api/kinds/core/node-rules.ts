import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {validLabelValue} from '../../meta/names.ts'
import {isSame} from '../../meta/same.ts'
import type {Node, Taint} from '../../schema/types.gen.ts'
import {checkCidr, checkOneOf, checkQualifiedName} from '../checks.ts'
import {goText} from '../go-struct.ts'
import {sortedByKey} from '../metadata.ts'
import {keepStatus} from '../status.ts'
import {validateAmount} from './pod-spec/resource-names.ts'
import {taintEffects} from './pod-spec/validate-scheduling.ts'

const validateTaint = (taint: Taint, path: string, errors: FieldErrors): void => {
  checkQualifiedName(taint.key, `${path}.key`, errors)
  const complaints = validLabelValue(taint.value ?? '')
  if (complaints.length > 0) errors.invalid(`${path}.value`, taint.value, complaints.join(';'))
  if (!taint.effect) errors.required(`${path}.effect`)
  else checkOneOf(taint.effect, taintEffects, `${path}.effect`, errors)
}

const validate = ({spec}: Node, errors: FieldErrors): void => {
  const seen = new Set<string>()
  for (const [index, taint] of (spec?.taints ?? []).entries()) {
    validateTaint(taint, `metadata.taints[${index}]`, errors)
    const key = `${taint.effect}/${taint.key}`
    if (seen.has(key)) errors.duplicate(`metadata.taints[${index}]`, goText('Taint', taint))
    seen.add(key)
  }
  for (const [index, range] of (spec?.podCIDRs ?? []).entries()) checkCidr(range, `spec.podCIDRs[${index}]`, errors)
}

export const nodeStrategy: Strategy<Node> = {
  default: (node) => {
    if (node.spec?.podCIDR && !node.spec.podCIDRs?.length) node.spec.podCIDRs = [node.spec.podCIDR]
    if (node.spec?.podCIDRs?.length) node.spec.podCIDR = node.spec.podCIDRs[0]
    if (node.status?.capacity && !node.status.allocatable) node.status.allocatable = {...node.status.capacity}
  },
  prepareForUpdate: keepStatus,
  validate,
  validateUpdate: ({spec}, {spec: old}, errors) => {
    if (old?.podCIDRs?.length && !isSame(spec?.podCIDRs, old.podCIDRs))
      errors.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')
    if (old?.providerID && spec?.providerID !== old.providerID)
      errors.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid')
  },
}

export const validateNodeStatus = ({status}: Node, _old: Node, errors: FieldErrors): void => {
  for (const list of ['capacity', 'allocatable'] as const)
    for (const [resource, amount] of Object.entries(sortedByKey(status?.[list]) ?? {}))
      validateAmount(resource, amount, `status.${list}.${resource}`, errors)
  const seen = new Set<string>()
  for (const [index, address] of (status?.addresses ?? []).entries()) {
    const key = `${address.type}/${address.address}`
    if (seen.has(key)) errors.duplicate(`status.addresses[${index}]`, address)
    seen.add(key)
  }
}
