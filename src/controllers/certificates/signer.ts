// Signs approved requests of the built-in signers with the cluster's authority.
import {certificateSigningRequests} from '../../api/resources.ts'
import {type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {hasCondition, pemOf, readRequest, type SigningRequest} from './request.ts'
import {complaintAbout, isOurs} from './signer-rules.ts'

/** The cluster's certificate authority. */
export interface Authority {
  sign(
    request: string,
    options: {readonly validForSeconds: number; readonly usages: readonly string[]},
  ): Promise<string>
}

const YEAR_SECONDS = 365 * 24 * 3600

const fail = async (request: SigningRequest, message: string, {client, clock}: ReconcileContext): Promise<void> => {
  const now = timestamp(clock.now())
  const condition = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  }
  const copy = sendable(request)
  const conditions = [...(copy.status?.conditions ?? []), condition]
  await client.update(
    certificateSigningRequests,
    {...copy, status: {...copy.status, conditions}},
    {subresource: 'status'},
  )
}

const sign = async (request: SigningRequest, authority: Authority, {client}: ReconcileContext): Promise<void> => {
  const validForSeconds = Math.min(request.spec.expirationSeconds ?? YEAR_SECONDS, YEAR_SECONDS)
  const pem = await authority.sign(pemOf(request), {validForSeconds, usages: request.spec.usages ?? []})
  const certificate = Buffer.from(pem).toString('base64')
  const copy = sendable(request)
  await client.update(
    certificateSigningRequests,
    {...copy, status: {...copy.status, certificate}},
    {subresource: 'status'},
  )
}

export const certificateSigner = (authority: Authority): ControllerSpec => ({
  name: 'certificatesigningrequest-signing-controller',
  identity: 'certificate-controller',
  watches: [watching({resource: certificateSigningRequests})],
  reconcile: async (name, context) => {
    const request = context.cache(certificateSigningRequests).getByKey(name)
    if (!request || request.status?.certificate || !isOurs(request)) return
    if (!hasCondition(request, 'Approved') || hasCondition(request, 'Denied') || hasCondition(request, 'Failed')) return
    const asked = await readRequest(request)
    const complaint = asked ? complaintAbout(request, asked) : 'unable to parse csr'
    await (complaint === undefined ? sign(request, authority, context) : fail(request, complaint, context))
  },
})
