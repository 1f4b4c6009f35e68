import type {FieldErrors} from '../../field-errors.ts'
import type {Strategy} from '../../kind.ts'
import {dnsSubdomain} from '../../meta/names.ts'
import {formatTime} from '../../meta/time.ts'
import type {CertificateSigningRequest, CertificateSigningRequestCondition} from '../../schema/types.gen.ts'
import {checkRequired} from '../checks.ts'
import {dropStatus} from '../status.ts'
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

const validate = ({spec}: CertificateSigningRequest, errors: FieldErrors): void => {
  const problem = requestProblem(spec?.request ?? '')
  if (problem !== undefined) errors.invalid('spec.request', spec?.request ?? '', problem)
  const usages = spec?.usages ?? []
  if (usages.length === 0) errors.required('spec.usages')
  for (const [index, usage] of usages.entries())
    if (usages.indexOf(usage) < index) errors.duplicate(`spec.usages[${index}]`, usage)
  validateSigner(spec?.signerName ?? '', 'spec.signerName', errors)
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

const others = ({conditions}: {conditions?: CertificateSigningRequestCondition[] | undefined} = {}, wanted: boolean) =>
  (conditions ?? []).filter(({type}) => decisions.includes(type) === wanted)

/** Approval writes decisions, status everything else. */
export const prepareApproval = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  request.spec = old.spec
  const conditions = [...others(old.status, false), ...others(request.status, true)]
  request.status = {...old.status, ...(conditions.length > 0 ? {conditions} : {})}
  stamp(request, old)
}

export const prepareStatus = (request: CertificateSigningRequest, old: CertificateSigningRequest): void => {
  request.spec = old.spec
  const conditions = [...others(old.status, true), ...others(request.status, false)]
  request.status = {...request.status, ...(conditions.length > 0 ? {conditions} : {})}
  stamp(request, old)
}

export const validateDecision = (
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  errors: FieldErrors,
): void => {
  const has = (object: CertificateSigningRequest, type: string): boolean =>
    object.status?.conditions?.some((condition) => condition.type === type) ?? false
  for (const type of [...decisions, 'Failed'])
    if (has(old, type) && !has(request, type))
      errors.forbidden('status.conditions', `updates may not remove a condition of type ${JSON.stringify(type)}`)
  if (decisions.every((type) => has(request, type)))
    errors.invalid('status.conditions', 'Approved,Denied', 'Approved and Denied conditions are mutually exclusive')
  for (const [index, {status, type}] of (request.status?.conditions ?? []).entries())
    if (status !== 'True')
      errors.invalid(`status.conditions[${index}].status`, status, `only "True" is a valid status for ${type}`)
  const [certificate, before] = [request.status?.certificate, old.status?.certificate]
  if (before && certificate !== before)
    errors.invalid('status.certificate', '', 'updates may not set or change the certificate once it is set')
}

export const certificateSigningRequestStrategy: Strategy<CertificateSigningRequest> = {
  prepareForCreate: dropStatus,
  prepareForUpdate: keepSpecAndStatus,
  validate,
}
