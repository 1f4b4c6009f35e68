// The changes of one kustomization to all it has, in kustomize's order.
import {isMap, listAt, mapAt, nameOf, type Obj} from '../objects.ts'
import {compactJson} from '../output/json.ts'
import type {Place} from './accumulate.ts'
import {type Configuration, configurationOf} from './configurations.ts'
import {changeImages} from './images.ts'
import {gvkOf, hadName, type Item, idText, isClusterScoped, rememberName} from './item.ts'
import type {FieldSpec, Kustomization} from './kustomization.ts'
import {patchAll} from './patches.ts'
import {type Visit, visitPath} from './paths.ts'
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

export const putAll = (
  items: readonly Item[],
  pairs: Readonly<Record<string, string>>,
  specs: readonly FieldSpec[],
): void =>
  eachField(items, specs, (parent, field) => {
    parent[field] = {...(isMap(parent[field]) ? parent[field] : {}), ...pairs}
  })

const eachField = (items: readonly Item[], specs: readonly FieldSpec[], visit: Visit): void => {
  for (const item of items)
    for (const spec of specs) if (applies(item, spec)) visitPath(item.object, spec.path, spec.create === true, visit)
}

/** Which subjects of role bindings move with their objects. */
export type Subjects = 'defaultOnly' | 'allServiceAccounts' | 'none'

interface NamespaceOptions {
  readonly subjects?: Subjects
  readonly unsetOnly?: boolean
}

const setNamespace = (
  items: readonly Item[],
  namespace: string,
  {subjects = 'defaultOnly', unsetOnly = false}: NamespaceOptions = {},
): void => {
  const isFree = (holder: Obj): boolean => !unsetOnly || !holder.namespace
  for (const item of items) {
    rememberName(item)
    const metadata = metadataOf(item)
    if (item.object.kind === 'Namespace' && !unsetOnly) metadata.name = namespace
    else if (!isClusterScoped(item) && isFree(metadata)) metadata.namespace = namespace
    if (String(item.object.kind).endsWith('RoleBinding') && subjects !== 'none')
      for (const subject of listAt(item.object, 'subjects'))
        if (
          subject.kind === 'ServiceAccount' &&
          (subjects !== 'defaultOnly' || subject.name === 'default') &&
          isFree(subject)
        )
          subject.namespace = namespace
  }
}

/** Services that configurations of the server call. */
const setServiceNamespaces = (object: Obj, set: (service: Obj) => void): void => {
  const services: unknown[] = listAt(object, 'webhooks').map((webhook) => mapAt(webhook, 'clientConfig').service)
  if (object.kind === 'APIService') services.push(mapAt(object, 'spec').service)
  if (object.kind === 'CustomResourceDefinition')
    services.push(mapAt(object, 'spec', 'conversion', 'webhook', 'clientConfig').service)
  for (const service of services) if (isMap(service)) set(service)
}

/** As a transformer of its own asks for it: its fields are all there are. */
export const namespaceFields = (
  items: readonly Item[],
  namespace: string,
  specs: readonly FieldSpec[],
  options: NamespaceOptions,
): void => {
  if (specs.some(({path}) => path === 'metadata/namespace')) setNamespace(items, namespace, options)
  eachField(
    items,
    specs.filter(({path}) => path !== 'metadata/namespace'),
    (parent, field) => {
      if (!options.unsetOnly || !parent[field]) parent[field] = namespace
    },
  )
  checkIds(items)
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

export const affixFields = (
  items: readonly Item[],
  prefix: string,
  suffix: string,
  specs: readonly FieldSpec[],
): void => {
  for (const spec of specs) {
    if (spec.path === 'metadata/name') {
      const named = items.filter((item) => applies(item, spec))
      affix(named, prefix, suffix)
    } else
      eachField(items, [spec], (parent, field) => {
        parent[field] = `${prefix}${parent[field] ?? ''}${suffix}`
      })
  }
}

const onObject: FieldSpec = {path: 'metadata/labels', create: true}

const label = (items: readonly Item[], kustomization: Kustomization, more: Configuration): void => {
  const {labels = [], commonLabels = {}} = kustomization
  const selecting = [...selectorFields, ...templateLabelFields, ...more.commonLabels]
  for (const {pairs = {}, includeSelectors, includeTemplates, fields = []} of labels)
    putAll(items, pairs, [
      onObject,
      ...more.labels,
      ...(includeSelectors ? selecting : includeTemplates ? templateLabelFields : []),
      ...fields,
    ])
  if (Object.keys(commonLabels).length > 0) putAll(items, commonLabels, [onObject, ...selecting])
}

const scaled: readonly FieldSpec[] = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(
  (kind) => ({kind, path: 'spec/replicas', create: true}),
)

export const replicaFields = (
  items: readonly Item[],
  {name, count}: {readonly name: string; readonly count: number},
  specs: readonly FieldSpec[],
): void => {
  const matched = items.filter((item) => hadName(item, name) && specs.some((spec) => applies(item, spec)))
  if (matched.length === 0)
    throw new Error(
      `resource with name ${name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]`,
    )
  eachField(matched, specs, (parent, field) => {
    parent[field] = count
  })
}

interface Step {
  /** kustomize's name of it. */
  readonly kind: string
  readonly isWanted: boolean
  readonly run: () => void
}

const hasAny = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0

const steps = (place: Place, kustomization: Kustomization, items: Item[]): readonly Step[] => {
  const {namespace = '', namePrefix = '', nameSuffix = '', commonAnnotations = {}, images = []} = kustomization
  const more = configurationOf(place, kustomization)
  place.references.push(...more.nameReference)
  const {patches, patchesStrategicMerge, patchesJson6902, labels, commonLabels, replacements = []} = kustomization
  return [
    {
      kind: 'PatchTransformer',
      isWanted: hasAny(patches) || hasAny(patchesStrategicMerge),
      run: () => patchAll(place, kustomization, items, 'before'),
    },
    {
      kind: 'NamespaceTransformer',
      isWanted: namespace !== '',
      run: () => {
        setNamespace(items, namespace)
        for (const {object} of items)
          setServiceNamespaces(object, (service) => {
            service.namespace = namespace
          })
        namespaceFields(items, namespace, more.namespace, {})
      },
    },
    {
      kind: 'PrefixTransformer',
      isWanted: namePrefix !== '',
      run: () => {
        affix(items, namePrefix, '')
        affixFields(items, namePrefix, '', otherThanName(more.namePrefix))
      },
    },
    {
      kind: 'SuffixTransformer',
      isWanted: nameSuffix !== '',
      run: () => {
        affix(items, '', nameSuffix)
        affixFields(items, '', nameSuffix, otherThanName(more.nameSuffix))
      },
    },
    {
      kind: 'LabelTransformer',
      isWanted: hasAny(labels) || hasAny(commonLabels),
      run: () => label(items, kustomization, more),
    },
    {
      kind: 'AnnotationsTransformer',
      isWanted: hasAny(commonAnnotations),
      run: () => putAll(items, commonAnnotations, [...annotationFields, ...more.commonAnnotations]),
    },
    {
      kind: 'PatchJson6902Transformer',
      isWanted: hasAny(patchesJson6902),
      run: () => patchAll(place, kustomization, items, 'after'),
    },
    {
      kind: 'ReplicaCountTransformer',
      isWanted: hasAny(kustomization.replicas),
      run: () => {
        for (const replica of kustomization.replicas ?? []) replicaFields(items, replica, [...scaled, ...more.replicas])
      },
    },
    {kind: 'ImageTagTransformer', isWanted: hasAny(images), run: () => changeImages(items, images, more.images)},
    {
      kind: 'ReplacementTransformer',
      isWanted: hasAny(replacements),
      run: () => replaceAll(place, items, replacements),
    },
  ]
}

const otherThanName = (specs: readonly FieldSpec[]): FieldSpec[] => specs.filter(({path}) => path !== 'metadata/name')

export const transform = (place: Place, kustomization: Kustomization, items: Item[]): void => {
  for (const {kind, isWanted, run} of steps(place, kustomization, items)) {
    if (!isWanted) continue
    run()
    for (const item of items) item.transformations.push({kind, folder: place.folder})
  }
}
