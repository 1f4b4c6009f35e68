import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {dnsSubdomain} from '../../meta/names.ts'
import {formatTime} from '../../meta/time.ts'
import type {CertificateSigningRequest, CertificateSigningRequestCondition} from '../../schema/types.gen.ts'
import {checkRequired} from '../checks.ts'
import {dropStatus} from '../status.ts'
import {certificateProblem} from './certificate-data.ts'
import {requestProblem} from './request-subject.ts'

const shortestSeconds = 600
const decisions = ['Approved', 'Denied']

const validateSigner = (signer: string, path: string, errors: FieldErrors): void => {
  if (!checkRequired(signer, path, errors)) return
  const [domain = '', name, ...rest] = signer.split('/')
  if (name === undefined || rest.length > 0) {
    errors.invalid(path, signer, 'must be a fully qualified domain and path of the form "example.com/signer-name"')
    return
  }
  for (const complaint of dnsSubdomain(domain))
    errors.invalid(path, signer, `validating label ${JSON.stringify(domain)}: ${complaint}`)
  if (domain.split('.').length < 2)
    errors.invalid(path, signer, 'should be a domain with at least two segments separated by dots')
  for (const complaint of dnsSubdomain(name))
    errors.invalid(path, signer, `validating label ${JSON.stringify(name)}: ${complaint}`)
}

/** In the order in which the server names them. */
const knownUsages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]
const legacySigner = 'kubernetes.io/legacy-unknown'

const validate = ({spec}: CertificateSigningRequest, errors: FieldErrors): void => {
  const problem = requestProblem(spec?.request ?? '')
  if (problem !== undefined) errors.invalid('spec.request', spec?.request ?? '', problem)
  const usages = spec?.usages ?? []
  if (usages.length === 0) errors.required('spec.usages')
  for (const [index, usage] of usages.entries())
    if (!knownUsages.includes(usage)) errors.notSupported(`spec.usages[${index}]`, usage, knownUsages)
  for (const [index, usage] of usages.entries())
    if (usages.indexOf(usage) < index) errors.duplicate(`spec.usages[${index}]`, usage)
  if (spec?.signerName === legacySigner)
    errors.invalid('spec.signerName', legacySigner, 'the legacy signerName is not allowed via this API version')
  else validateSigner(spec?.signerName ?? '', 'spec.signerName', errors)
  const seconds = spec?.expirationSeconds
  if (seconds !== undefined && seconds < shortestSeconds)
    errors.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)')
}

const keepSpecAndStatus = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  request.spec = old.spec
  if (old.status) request.status = old.status
  else dropStatus(request)
}

/** Times of conditions are the server's. */
const stamp = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  const now = formatTime(Date.now())
  for (const condition of request.status?.conditions ?? []) {
    const before = old.status?.conditions?.find(({type}) => type === condition.type)
    condition.lastUpdateTime ??= now
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? now
  }
}

type Conditions = readonly CertificateSigningRequestCondition[]
const conditionsOf = ({status}: CertificateSigningRequest): Conditions => status?.conditions ?? []
const ofType = (request: CertificateSigningRequest, wanted: string): Conditions =>
  conditionsOf(request).filter(({type}) => type === wanted)

/** Approval writes conditions and nothing else. */
export const prepareApproval = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  request.spec = old.spec
  const conditions = request.status?.conditions
  request.status = {...old.status}
  if (conditions) request.status.conditions = conditions
  else delete request.status.conditions
  stamp(request, old)
}

/** Status writes everything but decisions: those that stand go on standing as they are. */
export const prepareStatus = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  request.spec = old.spec
  for (const type of decisions) {
    const before = ofType(old, type)
    if (before.length !== ofType(request, type).length) continue
    let kept = 0
    for (const [index, condition] of conditionsOf(request).entries()) {
      const same = condition.type === type ? before[kept++] : undefined
      if (same && request.status?.conditions) request.status.conditions[index] = {...same}
    }
  }
  stamp(request, old)
}

const finalTypes = [...decisions, 'Failed']

const validateConditions = (
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  errors: FieldErrors,
) => {
  const path = 'status.conditions'
  const seen = new Set<string>()
  const wereBoth = decisions.every((type) => ofType(old, type).length > 0)
  for (const [index, {type, status}] of conditionsOf(request).entries()) {
    if (!type) errors.required(`${path}[${index}].type`)
    const allowed = finalTypes.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (!status) errors.required(`${path}[${index}].status`)
    else if (!allowed.includes(status)) errors.notSupported(`${path}[${index}].status`, status, allowed)
    if (!wereBoth && decisions.includes(type) && decisions.some((other) => other !== type && seen.has(other)))
      errors.invalid(path, type, 'Approved and Denied conditions are mutually exclusive')
    if (seen.has(type)) errors.duplicate(`${path}[${index}].type`, type)
    seen.add(type)
  }
  for (const type of finalTypes)
    if (ofType(request, type).length < ofType(old, type).length)
      errors.forbidden(path, `updates may not remove a condition of type ${JSON.stringify(type)}`)
}

const changesCertificate = (request: CertificateSigningRequest, old: CertificateSigningRequest): boolean =>
  (request.status?.certificate ?? '') !== (old.status?.certificate ?? '')

export const validateApproval = (
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  errors: FieldErrors,
): void => {
  validateConditions(request, old, errors)
  if (changesCertificate(request, old))
    errors.forbidden('status.certificate', 'updates may not set certificate content')
}

export const validateStatus = (
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  errors: FieldErrors,
): void => {
  validateConditions(request, old, errors)
  const certificate = request.status?.certificate
  if (changesCertificate(request, old)) {
    const problem = certificate ? certificateProblem(certificate) : undefined
    if (problem !== undefined) errors.invalid('status.certificate', '<certificate data>', problem)
  }
  for (const type of decisions)
    if (ofType(request, type).length > ofType(old, type).length)
      errors.forbidden('status.conditions', `updates may not add a condition of type ${JSON.stringify(type)}`)
  if (changesCertificate(request, old) && old.status?.certificate)
    errors.forbidden('status.certificate', 'updates may not modify existing certificate content')
}

export const certificateSigningRequestStrategy: Strategy<CertificateSigningRequest> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepSpecAndStatus,
  validate,
}
