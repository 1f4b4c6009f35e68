// An object on its way through kustomizations, with the names it had before.
import {splitApiVersion} from '../../api/resource.ts'
import {nameOf, namespaceOf, type Obj} from '../objects.ts'

export interface Name {
  readonly name: string
  readonly namespace: string
  readonly kind: string
}

export interface Item {
  object: Obj
  /** Its names so far, the first one first. */
  readonly names: Name[]
  /** The prefixes and suffixes it got: what has the same ones belongs together. */
  affixes: string
  readonly needsHash: boolean
  /** The steps it went through, and whose kustomization they are of. */
  readonly transformations: {readonly kind: string; readonly folder: string}[]
  /** The file it was read from, or who made it. */
  readonly origin: Origin
}

export interface Origin {
  readonly file?: string
  readonly repository?: {readonly url: string; readonly ref: string}
  readonly generator?: {readonly kind: string; readonly folder: string}
}

export const nameNow = ({object}: Item): Name => ({
  name: nameOf(object),
  namespace: namespaceOf(object),
  kind: String(object.kind),
})

export const newItem = (object: Obj, needsHash = false, origin: Origin = {}): Item => {
  const item: Item = {object, names: [], affixes: '', needsHash, transformations: [], origin}
  item.names.push(nameNow(item))
  return item
}

/** To be called before a name or namespace changes. */
export const rememberName = (item: Item): void => {
  const now = nameNow(item)
  const last = item.names.at(-1)
  if (last?.name !== now.name || last.namespace !== now.namespace || last.kind !== now.kind) item.names.push(now)
}

export const gvkOf = ({object}: Item): {group: string; version: string; kind: string} => ({
  ...splitApiVersion(String(object.apiVersion ?? '')),
  kind: String(object.kind),
})

/** `Deployment.v1.apps/web.[noNs]`. */
export const idText = (item: Item): string => {
  const {group, version, kind} = gvkOf(item)
  return `${kind}.${version}.${group || '[noGrp]'}/${nameOf(item.object)}.${namespaceOf(item.object) || '[noNs]'}`
}

export const hadName = (item: Item, name: string): boolean =>
  nameOf(item.object) === name || item.names.some((one) => one.name === name)

const clusterKinds = new Set(
  'APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding ComponentStatus CustomResourceDefinition FlowSchema IngressClass MutatingWebhookConfiguration Namespace Node PersistentVolume PodSecurityPolicy PriorityClass PriorityLevelConfiguration RuntimeClass StorageClass ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment DeviceClass ResourceSlice IPAddress ServiceCIDR'.split(
    ' ',
  ),
)
export const isClusterScoped = ({object}: Item): boolean => clusterKinds.has(String(object.kind))
