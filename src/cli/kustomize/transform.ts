// The changes of one kustomization to all it has, in kustomize's order.
import {isMap, listAt, mapAt, nameOf, type Obj} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import type {Place} from './accumulate.ts'
import {changeImages} from './images.ts'
import {gvkOf, hadName, idText, type Item, isClusterScoped, rememberName} from './item.ts'
import type {FieldSpec, Kustomization} from './kustomization.ts'
import {patchAll} from './patches.ts'
import {visitPath} from './paths.ts'
import {replaceAll} from './replacements.ts'
import {annotationFields, selectorFields, templateLabelFields} from './tables.ts'

const metadataOf = ({object}: Item): Obj => {
  if (!isMap(object.metadata)) object.metadata = {}
  return mapAt(object, 'metadata')
}

const applies = (item: Item, {group, version, kind}: FieldSpec): boolean => {
  const own = gvkOf(item)
  return (
    (kind === undefined || kind === own.kind) &&
    (group === undefined || group === own.group) &&
    (version === undefined || version === own.version)
  )
}

const putAll = (items: readonly Item[], pairs: Readonly<Record<string, string>>, specs: readonly FieldSpec[]): void => {
  for (const item of items)
    for (const spec of specs)
      if (applies(item, spec))
        visitPath(item.object, spec.path, spec.create === true, (parent, field) => {
          parent[field] = {...(isMap(parent[field]) ? parent[field] : {}), ...pairs}
        })
}

const setNamespace = (items: readonly Item[], namespace: string): void => {
  for (const item of items) {
    rememberName(item)
    if (item.object.kind === 'Namespace') metadataOf(item).name = namespace
    else if (!isClusterScoped(item)) metadataOf(item).namespace = namespace
    if (String(item.object.kind).endsWith('RoleBinding'))
      for (const subject of listAt(item.object, 'subjects'))
        if (subject.kind === 'ServiceAccount' && subject.name === 'default') subject.namespace = namespace
    if (item.object.kind === 'APIService' && isMap(mapAt(item.object, 'spec').service))
      mapAt(item.object, 'spec', 'service').namespace = namespace
    if (item.object.kind === 'CustomResourceDefinition')
      visitPath(item.object, 'spec/conversion/webhook/clientConfig/service/namespace', false, (service) => {
        service.namespace = namespace
      })
    for (const webhook of listAt(item.object, 'webhooks'))
      if (isMap(mapAt(webhook, 'clientConfig').service)) mapAt(webhook, 'clientConfig', 'service').namespace = namespace
  }
}

const checkIds = (items: readonly Item[]): void => {
  for (const id of new Set(items.map(idText))) {
    const same = items.filter((item) => idText(item) === id)
    if (same.length === 1) continue
    const shown = same.map(({object, names}) => {
      const before = (field: 'kind' | 'name' | 'namespace'): string =>
        names.map((one) => one[field] || 'default').join(',')
      const annotations = {
        ...mapAt(object, 'metadata', 'annotations'),
        'internal.config.kubernetes.io/previousKinds': before('kind'),
        'internal.config.kubernetes.io/previousNames': before('name'),
        'internal.config.kubernetes.io/previousNamespaces': before('namespace'),
      }
      return compactJson({...object, metadata: {...mapAt(object, 'metadata'), annotations}})
    })
    throw new Error(`namespace transformation produces ID conflict: [${shown.join(' ')}]`)
  }
}

const keepsName = new Set(['CustomResourceDefinition', 'APIService', 'Namespace'])

const affix = (items: readonly Item[], prefix: string, suffix: string): void => {
  for (const item of items) {
    if (keepsName.has(String(item.object.kind))) continue
    rememberName(item)
    metadataOf(item).name = `${prefix}${nameOf(item.object)}${suffix}`
    item.affixes = `${prefix}|${item.affixes}|${suffix}`
  }
}

const label = (items: readonly Item[], {labels = [], commonLabels = {}}: Kustomization): void => {
  const onObject: FieldSpec = {path: 'metadata/labels', create: true}
  for (const {pairs = {}, includeSelectors, includeTemplates, fields = []} of labels)
    putAll(items, pairs, [
      onObject,
      ...(includeSelectors ? [...selectorFields, ...templateLabelFields] : includeTemplates ? templateLabelFields : []),
      ...fields,
    ])
  if (Object.keys(commonLabels).length > 0)
    putAll(items, commonLabels, [onObject, ...selectorFields, ...templateLabelFields])
}

const scaled = new Set(['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'])

const setReplicas = (items: readonly Item[], {replicas = []}: Kustomization): void => {
  for (const {name, count} of replicas) {
    const matched = items.filter((item) => scaled.has(String(item.object.kind)) && hadName(item, name))
    if (matched.length === 0)
      throw new Error(
        `resource with name ${name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]`,
      )
    for (const {object} of matched) object.spec = {...mapAt(object, 'spec'), replicas: count}
  }
}

export const transform = (place: Place, kustomization: Kustomization, items: Item[]): void => {
  const {namespace = '', namePrefix = '', nameSuffix = '', commonAnnotations = {}} = kustomization
  patchAll(place, kustomization, items, 'before')
  if (namespace !== '') {
    setNamespace(items, namespace)
    checkIds(items)
  }
  if (namePrefix !== '' || nameSuffix !== '') affix(items, namePrefix, nameSuffix)
  label(items, kustomization)
  if (Object.keys(commonAnnotations).length > 0) putAll(items, commonAnnotations, annotationFields)
  patchAll(place, kustomization, items, 'after')
  setReplicas(items, kustomization)
  changeImages(items, kustomization.images ?? [])
  replaceAll(place, items, kustomization.replacements ?? [])
}
