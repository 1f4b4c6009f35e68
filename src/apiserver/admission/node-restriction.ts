// A kubelet may write its own node, its own lease, its own pods: nothing of other nodes.
import {pods} from '../../api/resources.ts'
import type {Node, Pod} from '../../api/schema/types.gen.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from './contract.ts'
import {forbidden, objectOf, oldOf, resourceOf} from './refuse.ts'

const nodeUser = 'system:node:'
const protectedPrefixes = ['node-restriction.kubernetes.io']
const kubeletLabels = [
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]

const nodeOf = ({user}: AdmissionRequest): string | undefined =>
  user.groups?.includes('system:nodes') && user.name.startsWith(nodeUser) ? user.name.slice(nodeUser.length) : undefined

const isForbiddenLabel = (label: string): boolean => {
  const domain = label.includes('/') ? (label.split('/')[0] ?? '') : ''
  const isUnder = (parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`)
  if (protectedPrefixes.some(isUnder)) return true
  if (!isUnder('kubernetes.io') && !isUnder('k8s.io')) return false
  return !kubeletLabels.includes(label) && !isUnder('kubelet.kubernetes.io') && !isUnder('node.kubernetes.io')
}

const checkNode = (request: AdmissionRequest, node: string): void => {
  const {metadata, spec} = objectOf<Node>(request)
  const name = request.name || (metadata?.name ?? '')
  const old = oldOf<Node>(request)
  if (request.operation !== 'CREATE' && name !== node)
    throw forbidden(request, `node "${node}" is not allowed to modify node "${name}"`)
  if (request.operation === 'CREATE' && name !== node)
    throw forbidden(request, `node "${node}" is not allowed to modify node "${name}"`)
  if (request.operation === 'DELETE') return
  const before = old?.metadata?.labels ?? {}
  const after = metadata?.labels ?? {}
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (label) => before[label] !== after[label] && isForbiddenLabel(label),
  )
  if (changed.length > 0)
    throw forbidden(
      request,
      `is not allowed to ${old ? 'modify' : 'set the following'} labels: ${changed.sort().join(', ')}`,
    )
  if (old && JSON.stringify(spec?.taints ?? []) !== JSON.stringify(old.spec?.taints ?? []))
    throw forbidden(request, `node "${node}" is not allowed to modify taints`)
}

const checkNewPod = (request: AdmissionRequest, node: string): void => {
  const {metadata, spec} = objectOf<Pod>(request)
  if (metadata?.annotations?.['kubernetes.io/config.mirror'] === undefined)
    throw forbidden(
      request,
      `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`,
    )
  if (spec?.nodeName !== node)
    throw forbidden(request, `node "${node}" can only create pods with spec.nodeName set to itself`)
  if (spec.serviceAccountName)
    throw forbidden(request, `node "${node}" can not create pods that reference a service account`)
}

const checkPod = (request: AdmissionRequest, node: string, context: AdmissionContext): void => {
  if (request.operation === 'CREATE' && request.subresource === undefined) {
    checkNewPod(request, node)
    return
  }
  const pod = oldOf<Pod>(request) ?? context.get(pods, {namespace: request.namespace, name: request.name})
  if (!pod || pod.spec?.nodeName === node) return
  const verb = request.subresource === 'status' ? 'update status for' : request.subresource ? 'evict' : 'delete'
  throw forbidden(request, `node "${node}" can only ${verb} pods with spec.nodeName set to itself`)
}

const checkLease = (request: AdmissionRequest, node: string): void => {
  if (request.namespace !== 'kube-node-lease')
    throw forbidden(request, `can only access leases in the "kube-node-lease" system namespace`)
  const name = request.name || (objectOf(request).metadata?.name ?? '')
  if (name !== node) throw forbidden(request, `can only access node lease with the same name as the requesting node`)
}

export const nodeRestriction: AdmissionStep = {
  name: 'NodeRestriction',
  handles: (request) => nodeOf(request) !== undefined,
  validate(request, context) {
    const node = nodeOf(request) ?? ''
    switch (resourceOf(request)) {
      case 'nodes':
        checkNode(request, node)
        break
      case 'pods':
        checkPod(request, node, context)
        break
      case 'leases.coordination.k8s.io':
        checkLease(request, node)
        break
    }
  },
}
