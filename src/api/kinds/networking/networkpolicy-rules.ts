import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {cidrContains, parseCidr} from '../../meta/ip.ts'
import type {IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort} from '../../schema/types.gen.ts'
import {checkCidr, checkOneOf, checkPort} from '../checks.ts'
import {validateLabelSelector} from '../label-selector.ts'

const validateBlock = ({cidr, except}: IPBlock, path: string, errors: FieldErrors): void => {
  if (!cidr) {
    errors.required(`${path}.cidr`)
    return
  }
  checkCidr(cidr, `${path}.cidr`, errors)
  const whole = parseCidr(cidr)
  for (const [index, part] of (except ?? []).entries()) {
    const at = `${path}.except[${index}]`
    const inner = parseCidr(part)
    if (!inner) checkCidr(part, at, errors)
    else if (whole && (!cidrContains(whole, part.split('/')[0] ?? '') || inner.prefixLength <= whole.prefixLength))
      errors.invalid(at, part, 'must be a strict subset of `cidr`')
  }
}

const validatePeer = (peer: NetworkPolicyPeer, path: string, errors: FieldErrors): void => {
  validateLabelSelector(peer.podSelector, `${path}.podSelector`, errors)
  validateLabelSelector(peer.namespaceSelector, `${path}.namespaceSelector`, errors)
  if (peer.ipBlock) validateBlock(peer.ipBlock, `${path}.ipBlock`, errors)
  const hasSelector = peer.podSelector !== undefined || peer.namespaceSelector !== undefined
  if (!hasSelector && !peer.ipBlock) errors.required(path, 'must specify a peer')
  else if (hasSelector && peer.ipBlock) errors.forbidden(path, 'may not specify both ipBlock and another peer')
}

const validatePort = ({protocol, port, endPort}: NetworkPolicyPort, path: string, errors: FieldErrors): void => {
  if (protocol !== undefined) checkOneOf(protocol, ['TCP', 'UDP', 'SCTP'], `${path}.protocol`, errors)
  if (port !== undefined) checkPort(port, `${path}.port`, errors)
  if (endPort === undefined) return
  if (port === undefined)
    errors.invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified')
  else if (typeof port === 'string')
    errors.invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric')
  else {
    // The server names the first port here, not the last one it complains about.
    if (endPort < port) errors.invalid(`${path}.endPort`, port, 'must be greater than or equal to `port`')
    checkPort(endPort, `${path}.endPort`, errors)
  }
}

const validate = ({spec}: NetworkPolicy, errors: FieldErrors): void => {
  validateLabelSelector(spec?.podSelector, 'spec.podSelector', errors)
  for (const [index, rule] of (spec?.ingress ?? []).entries()) {
    for (const [at, port] of (rule.ports ?? []).entries())
      validatePort(port, `spec.ingress[${index}].ports[${at}]`, errors)
    for (const [at, peer] of (rule.from ?? []).entries())
      validatePeer(peer, `spec.ingress[${index}].from[${at}]`, errors)
  }
  for (const [index, rule] of (spec?.egress ?? []).entries()) {
    for (const [at, port] of (rule.ports ?? []).entries())
      validatePort(port, `spec.egress[${index}].ports[${at}]`, errors)
    for (const [at, peer] of (rule.to ?? []).entries()) validatePeer(peer, `spec.egress[${index}].to[${at}]`, errors)
  }
  const types = spec?.policyTypes ?? []
  if (types.length > 2) errors.invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')
  else
    for (const [index, type] of types.entries())
      checkOneOf(type, ['Ingress', 'Egress'], `spec.policyTypes[${index}]`, errors)
}

export const networkPolicyStrategy: Strategy<NetworkPolicy> = {
  default: (policy) => {
    const spec = (policy.spec ??= {})
    spec.podSelector ??= {}
    for (const {ports} of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of ports ?? []) port.protocol ||= 'TCP'
    if (!spec.policyTypes?.length) spec.policyTypes = ['Ingress', ...(spec.egress?.length ? ['Egress'] : [])]
  },
  validate,
}
