// Names that other objects refer to follow when they change.
import {isMap, nameOf, namespaceOf, type Obj} from '../objects.ts'
import type {NameReference} from './configurations.ts'
import {type Item, isClusterScoped} from './item.ts'
import {visitPath} from './paths.ts'
import {podSpecPaths} from './tables.ts'

interface Reference {
  /** The kind that is referred to. */
  readonly kind: string
  /** The kinds that refer, and where; `*`: every kind with pods. */
  readonly from: string
  readonly path: string
}

const inPods = (kind: string, ...paths: readonly string[]): Reference[] =>
  paths.map((path) => ({kind, from: '*', path}))

const containers = ['containers', 'initContainers']

const inContainers = (kind: string, ...paths: readonly string[]): Reference[] =>
  containers.flatMap((list) => inPods(kind, ...paths.map((path) => `${list}[]/${path}`)))

const from = (kind: string, kinds: string, path: string): Reference[] =>
  kinds.split(' ').map((one) => ({kind, from: one, path}))

const references: readonly Reference[] = [
  ...inContainers('ConfigMap', 'env[]/valueFrom/configMapKeyRef/name', 'envFrom[]/configMapRef/name'),
  ...inPods('ConfigMap', 'volumes[]/configMap/name', 'volumes[]/projected/sources[]/configMap/name'),
  ...from('ConfigMap', 'Node', 'spec/configSource/configMap/name'),
  ...inContainers('Secret', 'env[]/valueFrom/secretKeyRef/name', 'envFrom[]/secretRef/name'),
  ...inPods(
    'Secret',
    'volumes[]/secret/secretName',
    'volumes[]/projected/sources[]/secret/name',
    'imagePullSecrets[]/name',
  ),
  ...from('Secret', 'ServiceAccount', 'imagePullSecrets[]/name'),
  ...from('Secret', 'ServiceAccount', 'secrets[]/name'),
  ...from('Secret', 'Ingress', 'spec/tls[]/secretName'),
  ...from('Secret', 'Ingress', 'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret'),
  ...inPods('ServiceAccount', 'serviceAccountName', 'serviceAccount'),
  ...from('ServiceAccount', 'RoleBinding ClusterRoleBinding', 'subjects[]'),
  ...inPods('PersistentVolumeClaim', 'volumes[]/persistentVolumeClaim/claimName'),
  ...from('PersistentVolume', 'PersistentVolumeClaim', 'spec/volumeName'),
  ...from('StorageClass', 'PersistentVolume PersistentVolumeClaim', 'spec/storageClassName'),
  ...from('StorageClass', 'StatefulSet', 'spec/volumeClaimTemplates[]/spec/storageClassName'),
  ...inPods('PriorityClass', 'priorityClassName'),
  ...inPods('RuntimeClass', 'runtimeClassName'),
  ...from('Service', 'StatefulSet', 'spec/serviceName'),
  ...from('Service', 'Ingress', 'spec/rules[]/http/paths[]/backend/service/name'),
  ...from('Service', 'Ingress', 'spec/defaultBackend/service/name'),
  ...from('Service', 'APIService', 'spec/service/name'),
  ...from('Service', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration', 'webhooks[]/clientConfig/service'),
  ...'Deployment ReplicaSet ReplicationController StatefulSet'
    .split(' ')
    .flatMap((kind) => from(kind, 'HorizontalPodAutoscaler', 'spec/scaleTargetRef')),
  ...['Role', 'ClusterRole'].flatMap((kind) => from(kind, 'RoleBinding ClusterRoleBinding', 'roleRef')),
  ...from('ConfigMap', 'Role ClusterRole', 'rules[]/resourceNames'),
  ...from('Secret', 'Role ClusterRole', 'rules[]/resourceNames'),
]

const orDefault = (namespace: string): string => namespace || 'default'

const sameSpace = (item: Item, user: Item, namespace: string): boolean => {
  if (isClusterScoped(item)) return true
  if (namespace === '' && isClusterScoped(user)) return true
  const wanted = orDefault(namespace || namespaceOf(user.object))
  return orDefault(namespaceOf(item.object)) === wanted || item.names.some((one) => orDefault(one.namespace) === wanted)
}

/** The object of that name; of several, the one that went the same way as its user. */
const referred = (
  items: readonly Item[],
  user: Item,
  kind: string,
  name: string,
  namespace: string,
): Item | undefined => {
  const found = items.filter(
    (item) =>
      item.object.kind === kind && item.names.some((one) => one.name === name) && sameSpace(item, user, namespace),
  )
  return found.find((item) => item.affixes === user.affixes) ?? found[0]
}

const fixOne = (items: readonly Item[], user: Item, kind: string, parent: Obj, field: string): void => {
  const value = parent[field]
  if (typeof value === 'string') {
    const item = referred(items, user, kind, value, '')
    if (item) parent[field] = nameOf(item.object)
  } else if (Array.isArray(value)) {
    parent[field] = value.map((one) => {
      if (isMap(one)) fixObject(items, user, kind, one)
      const item = typeof one === 'string' ? referred(items, user, kind, one, '') : undefined
      return item ? nameOf(item.object) : one
    })
  } else if (isMap(value)) fixObject(items, user, kind, value)
}

/** A reference with a kind, a name and perhaps a namespace. */
const fixObject = (items: readonly Item[], user: Item, kind: string, reference: Obj): void => {
  if (reference.kind !== undefined && reference.kind !== kind) return
  const item = referred(items, user, kind, String(reference.name), String(reference.namespace ?? ''))
  if (!item) return
  reference.name = nameOf(item.object)
  const takesNamespace = reference.namespace !== undefined || reference.kind === 'ServiceAccount'
  if (takesNamespace && namespaceOf(item.object) !== '') reference.namespace = namespaceOf(item.object)
}

const ofTypes = (more: readonly NameReference[]): Reference[] =>
  more.flatMap(({kind, fieldSpecs}) => fieldSpecs.map(({kind: owner = '', path}) => ({kind, from: owner, path})))

export const fixReferences = (items: readonly Item[], more: readonly NameReference[]): void => {
  const all = [...references, ...ofTypes(more)]
  for (const user of items)
    for (const {kind, from: owner, path} of all) {
      const podSpec = podSpecPaths[String(user.object.kind)]
      const full = owner === '*' ? podSpec && `${podSpec}/${path}` : owner === user.object.kind ? path : undefined
      if (!full) continue
      visitPath(user.object, full.replace(/\[\]$/, ''), false, (parent, field) =>
        fixOne(items, user, kind, parent, field),
      )
    }
}
