// Who may have what: the rules of the signers a cluster has built in.
import type {Asked, SigningRequest} from './request.ts'

const NODES = 'system:nodes'
const NODE_PREFIX = 'system:node:'

type Complaint = string | undefined
type Rule = (asked: Asked, usages: ReadonlySet<string>) => Complaint

const isOneOf = (usages: ReadonlySet<string>, ...sets: readonly (readonly string[])[]): boolean =>
  sets.some((set) => set.length === usages.size && set.every((usage) => usages.has(usage)))

const nodeIdentity = ({commonName, organizations}: Asked): Complaint => {
  if (organizations.length !== 1 || organizations[0] !== NODES) return `subject organization is not ${NODES}`
  return commonName.startsWith(NODE_PREFIX) ? undefined : `subject common name does not begin with ${NODE_PREFIX}`
}

const noEmailOrUri = ({email, uri}: Asked): Complaint => {
  if (email.length > 0) return 'Email subjectAltNames are not allowed'
  return uri.length > 0 ? 'URI subjectAltNames are not allowed' : undefined
}

const CLIENT = ['digital signature', 'client auth']
const SERVER = ['digital signature', 'server auth']
const withEncipherment = (usages: readonly string[]): readonly string[] => ['key encipherment', ...usages]

const kubeletClient: Rule = (asked, usages) => {
  const identity = nodeIdentity(asked)
  if (identity) return identity
  if (asked.dns.length > 0) return 'DNS subjectAltNames are not allowed'
  const others = noEmailOrUri(asked)
  if (others) return others
  if (asked.ip.length > 0) return 'IP subjectAltNames are not allowed'
  if (!isOneOf(usages, CLIENT, withEncipherment(CLIENT)))
    return 'usages did not match map[client auth:{} digital signature:{} key encipherment:{}]'
  return undefined
}

const kubeletServing: Rule = (asked, usages) => {
  const identity = nodeIdentity(asked)
  if (identity) return identity
  if (asked.dns.length === 0 && asked.ip.length === 0) return 'DNS or IP subjectAltName is required'
  const others = noEmailOrUri(asked)
  if (others) return others
  if (!isOneOf(usages, SERVER, withEncipherment(SERVER)))
    return 'usages did not match map[digital signature:{} key encipherment:{} server auth:{}]'
  return undefined
}

const client: Rule = (_asked, usages) => {
  const allowed = withEncipherment(CLIENT)
  if (usages.has('client auth') && [...usages].every((usage) => allowed.includes(usage))) return undefined
  return 'invalid usages for client certificate: client auth is required, only digital signature and key encipherment may be added'
}

const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'

const rules: Readonly<Record<string, Rule>> = {
  'kubernetes.io/kube-apiserver-client': client,
  [KUBELET_CLIENT]: kubeletClient,
  'kubernetes.io/kubelet-serving': kubeletServing,
  'kubernetes.io/legacy-unknown': () => undefined,
}

export const isOurs = (request: SigningRequest): boolean => request.spec.signerName in rules

export const complaintAbout = (request: SigningRequest, asked: Asked): Complaint =>
  rules[request.spec.signerName]?.(asked, new Set(request.spec.usages ?? []))

export const isKubeletClient = (request: SigningRequest, asked: Asked): boolean =>
  request.spec.signerName === KUBELET_CLIENT && complaintAbout(request, asked) === undefined
