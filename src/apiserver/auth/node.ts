// What a kubelet may do: what its role says, and of secrets and the like only what pods on its node refer to.
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {clusterRoles, pods} from '../../api/resources.ts'
import type {ClusterRole, Pod} from '../../api/schema/types.gen.ts'
import type {UserInfo} from '../../api/transport.ts'
import type {Store} from '../../store/contract.ts'
import {listPrefix, objectKey} from '../registry/keys.ts'
import type {Objects} from '../registry/objects.ts'
import {type Attributes, ruleAllows} from './rules.ts'

const userPrefix = 'system:node:'
const nodesGroup = 'system:nodes'

export const nodeNameOf = ({name, groups}: UserInfo): string | undefined =>
  name.startsWith(userPrefix) && groups.includes(nodesGroup) ? name.slice(userPrefix.length) : undefined

type References = (pod: DeepReadonly<Pod>) => readonly (string | undefined)[]

const everyContainer = (pod: DeepReadonly<Pod>) => [
  ...(pod.spec?.initContainers ?? []),
  ...(pod.spec?.containers ?? []),
  ...(pod.spec?.ephemeralContainers ?? []),
]

const secretsOf: References = (pod) => [
  ...(pod.spec?.imagePullSecrets ?? []).map(({name}) => name),
  ...(pod.spec?.volumes ?? []).flatMap(({secret, projected}) => [
    secret?.secretName,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
  ]),
  ...everyContainer(pod).flatMap(({env = [], envFrom = []}) => [
    ...env.map(({valueFrom}) => valueFrom?.secretKeyRef?.name),
    ...envFrom.map(({secretRef}) => secretRef?.name),
  ]),
]

const configMapsOf: References = (pod) => [
  ...(pod.spec?.volumes ?? []).flatMap(({configMap, projected}) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]),
  ...everyContainer(pod).flatMap(({env = [], envFrom = []}) => [
    ...env.map(({valueFrom}) => valueFrom?.configMapKeyRef?.name),
    ...envFrom.map(({configMapRef}) => configMapRef?.name),
  ]),
]

const claimsOf: References = (pod) => [
  ...(pod.spec?.volumes ?? []).map(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName),
  ...(pod.spec?.volumes ?? []).map(({ephemeral, name}) => (ephemeral ? `${pod.metadata?.name}-${name}` : undefined)),
]

const limited: Readonly<Record<string, References>> = {
  secrets: secretsOf,
  configmaps: configMapsOf,
  persistentvolumeclaims: claimsOf,
}

const reads: ReadonlySet<string> = new Set(['get', 'list', 'watch'])

export class NodeAuthorizer {
  readonly #store: Store
  readonly #objects: Objects

  constructor(store: Store, objects: Objects) {
    this.#store = store
    this.#objects = objects
  }

  allows(node: string, attributes: Attributes): boolean {
    if (attributes.path !== undefined) return false
    const references = attributes.group === '' ? limited[attributes.resource] : undefined
    if (references && reads.has(attributes.verb) && attributes.subresource === '')
      return attributes.name !== '' && this.#refersTo(node, attributes, references)
    return this.#roleAllows(attributes)
  }

  #roleAllows(attributes: Attributes): boolean {
    const entry = this.#store.get(objectKey(clusterRoles, '', 'system:node'))
    if (!entry) return false
    const role = this.#objects.stored(entry) as unknown as DeepReadonly<ClusterRole>
    return (role.rules ?? []).some((rule) => ruleAllows(rule, attributes))
  }

  #refersTo(node: string, {namespace, name}: Attributes, references: References): boolean {
    return this.#store.list(listPrefix(pods, namespace)).entries.some((entry) => {
      const pod = this.#objects.stored(entry) as unknown as DeepReadonly<Pod & KubeObject>
      return pod.spec?.nodeName === node && references(pod).includes(name)
    })
  }
}
