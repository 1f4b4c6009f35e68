// Who may approve and sign requests of a signer, and which subjects nobody gets.

import {subjectOrganizations} from '../../api/kinds/certificates/request-subject.ts'
import {isSame} from '../../api/meta/same.ts'
import type {CertificateSigningRequest} from '../../api/schema/types.gen.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from './contract.ts'
import {forbidden, isWhole, objectOf, oldOf, resourceOf} from './refuse.ts'

const isRequest = (request: AdmissionRequest): boolean =>
  resourceOf(request) === 'certificatesigningrequests.certificates.k8s.io'

const signerOf = (request: AdmissionRequest): string =>
  (oldOf<CertificateSigningRequest>(request) ?? objectOf<CertificateSigningRequest>(request)).spec?.signerName ?? ''

/** For one signer by name, or for all of its domain. */
const isAllowedFor = (request: AdmissionRequest, verb: string, context: AdmissionContext): boolean => {
  const signer = signerOf(request)
  const names = [signer, `${signer.split('/')[0]}/*`]
  for (const name of names)
    if (context.decide(request.user, {verb, group: 'certificates.k8s.io', resource: 'signers', name}).allowed)
      return true
  return false
}

/** Who asks is told by the request itself, never by its body. */
export const certificateRequestor: AdmissionStep = {
  name: 'CertificateRequestor',
  handles: (request) => isRequest(request) && isWhole(request) && request.operation === 'CREATE',
  mutate(request) {
    const {name, uid, groups, extra} = request.user
    const object = objectOf<CertificateSigningRequest>(request)
    const {username: _name, uid: _uid, groups: _groups, extra: _extra, ...spec} = object.spec
    object.spec = {
      ...spec,
      ...(extra && Object.keys(extra).length > 0
        ? {extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))}
        : {}),
      groups: [...groups],
      ...(uid ? {uid} : {}),
      username: name,
    }
  },
}

export const certificateApproval: AdmissionStep = {
  name: 'CertificateApproval',
  handles: (request) => isRequest(request) && request.operation === 'UPDATE' && request.subresource === 'approval',
  validate(request, context) {
    if (!isAllowedFor(request, 'approve', context))
      throw forbidden(
        request,
        `user not permitted to approve requests with signerName ${JSON.stringify(signerOf(request))}`,
      )
  },
}

export const certificateSigning: AdmissionStep = {
  name: 'CertificateSigning',
  handles: (request) => isRequest(request) && request.operation === 'UPDATE' && request.subresource === 'status',
  validate(request, context) {
    const now = objectOf<CertificateSigningRequest>(request).status
    const before = oldOf<CertificateSigningRequest>(request)?.status
    if (now?.certificate === before?.certificate && isSame(now?.conditions, before?.conditions)) return
    if (!isAllowedFor(request, 'sign', context))
      throw forbidden(
        request,
        `user not permitted to sign requests with signerName ${JSON.stringify(signerOf(request))}`,
      )
  },
}

export const certificateSubjectRestriction: AdmissionStep = {
  name: 'CertificateSubjectRestriction',
  handles: (request) => isRequest(request) && isWhole(request) && request.operation === 'CREATE',
  validate(request) {
    const {spec} = objectOf<CertificateSigningRequest>(request)
    if (spec?.signerName !== 'kubernetes.io/kube-apiserver-client') return
    if (subjectOrganizations(spec.request).includes('system:masters'))
      throw forbidden(
        request,
        'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
      )
  },
}

/** Who asks is written down by the server. */
export const certificateRequester: AdmissionStep = {
  name: 'CertificateRequester',
  handles: (request) => isRequest(request) && isWhole(request) && request.operation === 'CREATE',
  mutate(request) {
    const {spec} = objectOf<CertificateSigningRequest>(request)
    if (!spec) return
    const {name, uid, groups, extra} = request.user
    spec.username = name
    if (uid) spec.uid = uid
    else delete spec.uid
    if (groups.length > 0) spec.groups = [...groups]
    else delete spec.groups
    if (extra && Object.keys(extra).length > 0)
      spec.extra = Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))
    else delete spec.extra
  },
}
