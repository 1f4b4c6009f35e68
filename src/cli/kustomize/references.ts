// Names that objects use for each other follow when those are renamed.
import {isMap, namespaceOf, type Obj, textAt} from '../objects.ts'
import {type Item, kindOf} from './resource.ts'

/** The kind a field names, by the field and what it stands in. */
const referredKind = (parent: string, field: string, holder: Obj): string | undefined => {
  if (field === 'name')
    switch (parent) {
      case 'configMapRef':
      case 'configMapKeyRef':
      case 'configMap':
        return 'ConfigMap'
      case 'secretRef':
      case 'secretKeyRef':
      case 'secret':
      case 'imagePullSecrets':
      case 'secrets':
        return 'Secret'
      case 'service':
        return 'Service'
      case 'roleRef':
      case 'scaleTargetRef':
      case 'subjects':
        return textAt(holder, 'kind')
      default:
        return undefined
    }
  return {
    secretName: 'Secret',
    serviceName: 'Service',
    serviceAccountName: 'ServiceAccount',
    serviceAccount: 'ServiceAccount',
    claimName: 'PersistentVolumeClaim',
    volumeName: 'PersistentVolume',
    storageClassName: 'StorageClass',
    priorityClassName: 'PriorityClass',
    ingressClassName: 'IngressClass',
  }[field]
}

export const fixReferences = (items: readonly Item[]): void => {
  const renamed = items.filter(({names}) => names.length > 1)
  if (renamed.length === 0) return
  const nowCalled = (kind: string, name: string, from: Item): string | undefined => {
    const candidates = renamed.filter((item) => kindOf(item) === kind && item.names.includes(name))
    const near = candidates.find((item) => namespaceOf(item.object) === namespaceOf(from.object)) ?? candidates[0]
    return near?.names.at(-1)
  }
  const walk = (value: unknown, parent: string, owner: Item): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, parent, owner))
    if (!isMap(value)) return value
    const result: Obj = {}
    for (const [field, inner] of Object.entries(value)) {
      const kind = typeof inner === 'string' ? referredKind(parent, field, value) : undefined
      result[field] = kind ? (nowCalled(kind, String(inner), owner) ?? inner) : walk(inner, field, owner)
    }
    return result
  }
  for (const item of items) {
    const {metadata, ...rest} = item.object
    item.object = {...(walk(rest, '', item) as Obj), metadata}
  }
}
