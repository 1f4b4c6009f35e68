// Approves kubelets' client certificates by itself, where whoever asks may have them.
import {certificateSigningRequests, subjectAccessReviews} from '../../api/resources.ts'
import {type ControllerSpec, type ReconcileContext, watching} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'
import {timestamp} from '../objects/times.ts'
import {hasCondition, readRequest, type SigningRequest} from './request.ts'
import {isKubeletClient} from './signer-rules.ts'

const isAllowed = async (
  request: SigningRequest,
  subresource: string,
  {client}: ReconcileContext,
): Promise<boolean> => {
  const {username, uid, groups, extra} = sendable(request.spec)
  const review = await client.create(subjectAccessReviews, {
    spec: {
      ...(username ? {user: username} : {}),
      ...(uid ? {uid} : {}),
      ...(groups ? {groups} : {}),
      ...(extra ? {extra} : {}),
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  })
  return review.status?.allowed === true
}

const approve = async (request: SigningRequest, message: string, {client, clock}: ReconcileContext): Promise<void> => {
  const now = timestamp(clock.now())
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'AutoApproved',
    message,
    lastUpdateTime: now,
    lastTransitionTime: now,
  }
  const copy = sendable(request)
  const conditions = [...(copy.status?.conditions ?? []), condition]
  await client.update(
    certificateSigningRequests,
    {...copy, status: {...copy.status, conditions}},
    {subresource: 'approval'},
  )
}

export const certificateApprover: ControllerSpec = {
  name: 'certificatesigningrequest-approving-controller',
  identity: 'certificate-controller',
  watches: [watching({resource: certificateSigningRequests})],
  reconcile: async (name, context) => {
    const request = context.cache(certificateSigningRequests).getByKey(name)
    if (!request || request.status?.certificate) return
    if (hasCondition(request, 'Approved') || hasCondition(request, 'Denied') || hasCondition(request, 'Failed')) return
    const asked = await readRequest(request)
    if (!asked || !isKubeletClient(request, asked)) return
    if (request.spec.username === asked.commonName && (await isAllowed(request, 'selfnodeclient', context)))
      await approve(request, 'Auto approving self kubelet client certificate after SubjectAccessReview.', context)
    else if (await isAllowed(request, 'nodeclient', context))
      await approve(request, 'Auto approving kubelet client certificate after SubjectAccessReview.', context)
  },
}
