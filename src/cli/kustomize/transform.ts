// The transformations of one kustomization, each over all its objects.

import {strategicMerge} from '../apply/strategic-local.ts'
import {applyJsonPatch} from '../json-patch.ts'
import {at, copyOf, ensureMap, isMap, nameOf, type Obj, textAt} from '../objects.ts'
import {podSpecOf} from '../pod-template.ts'
import {builtInResources} from '../resources/built-in.ts'
import {type Item, kindOf, matchesTarget, rename, type Target} from './resource.ts'

const clusterScoped = new Set(builtInResources.filter(({namespaced}) => !namespaced).map(({kind}) => kind))
const neverRenamed = new Set(['CustomResourceDefinition', 'APIService', 'Namespace'])

export const addAffixes = (items: readonly Item[], prefix: string, suffix: string): void => {
  if (prefix === '' && suffix === '') return
  for (const item of items)
    if (!neverRenamed.has(kindOf(item))) rename(item, `${prefix}${nameOf(item.object)}${suffix}`)
}

export const setNamespace = (items: readonly Item[], namespace: string): void => {
  if (namespace === '') return
  const accounts = new Set(items.filter((item) => kindOf(item) === 'ServiceAccount').flatMap(({names}) => names))
  for (const item of items) {
    item.object = copyOf(item.object)
    const kind = kindOf(item)
    if (kind === 'Namespace') rename(item, namespace)
    else if (!clusterScoped.has(kind)) ensureMap(item.object, 'metadata').namespace = namespace
    if (Array.isArray(item.object.subjects))
      for (const subject of item.object.subjects as Obj[])
        if (subject.kind === 'ServiceAccount' && (subject.name === 'default' || accounts.has(String(subject.name))))
          subject.namespace = namespace
  }
}

const addTo = (object: Obj, path: readonly string[], pairs: Obj, create: boolean): void => {
  if (!create && !isMap(at(object, ...path))) return
  Object.assign(ensureMap(object, ...path), pairs)
}

const templatePath: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
}

const addToTemplates = (object: Obj, kind: string, part: 'labels' | 'annotations', pairs: Obj): void => {
  const path = templatePath[kind]
  if (path && isMap(at(object, ...path))) addTo(object, [...path, 'metadata', part], pairs, true)
  if (kind === 'CronJob') addTo(object, ['spec', 'jobTemplate', 'metadata', part], pairs, part === 'labels')
  if (kind === 'StatefulSet' && part === 'labels')
    for (const claim of Array.isArray(at(object, 'spec', 'volumeClaimTemplates'))
      ? (at(object, 'spec', 'volumeClaimTemplates') as Obj[])
      : [])
      addTo(claim, ['metadata', part], pairs, true)
}

const addToSelectors = (object: Obj, kind: string, pairs: Obj): void => {
  if (['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet'].includes(kind))
    addTo(object, ['spec', 'selector', 'matchLabels'], pairs, true)
  else if (kind === 'Service' || kind === 'ReplicationController') addTo(object, ['spec', 'selector'], pairs, true)
  else if (kind === 'PodDisruptionBudget' || kind === 'Job')
    addTo(object, ['spec', 'selector', 'matchLabels'], pairs, false)
  else if (kind === 'NetworkPolicy') addTo(object, ['spec', 'podSelector', 'matchLabels'], pairs, false)
}

export interface LabelOptions {
  readonly selectors: boolean
  readonly templates: boolean
}

export const addLabels = (items: readonly Item[], pairs: Obj, {selectors, templates}: LabelOptions): void => {
  if (Object.keys(pairs).length === 0) return
  for (const item of items) {
    item.object = copyOf(item.object)
    const kind = kindOf(item)
    addTo(item.object, ['metadata', 'labels'], pairs, true)
    if (selectors || templates) addToTemplates(item.object, kind, 'labels', pairs)
    if (selectors) addToSelectors(item.object, kind, pairs)
  }
}

export const addAnnotations = (items: readonly Item[], pairs: Obj): void => {
  if (Object.keys(pairs).length === 0) return
  for (const item of items) {
    item.object = copyOf(item.object)
    addTo(item.object, ['metadata', 'annotations'], pairs, true)
    addToTemplates(item.object, kindOf(item), 'annotations', pairs)
  }
}

interface ImageChange {
  readonly name?: string
  readonly newName?: string
  readonly newTag?: string
  readonly digest?: string
}

const splitImage = (image: string): {name: string; rest: string} => {
  const digest = image.indexOf('@')
  if (digest >= 0) return {name: image.slice(0, digest).replace(/:[^/:]*$/, ''), rest: image.slice(digest)}
  const colon = image.lastIndexOf(':')
  return colon > image.lastIndexOf('/')
    ? {name: image.slice(0, colon), rest: image.slice(colon)}
    : {name: image, rest: ''}
}

export const changeImages = (items: readonly Item[], changes: readonly ImageChange[]): void => {
  if (changes.length === 0) return
  for (const item of items) {
    item.object = copyOf(item.object)
    const spec = podSpecOf(item.object)
    for (const list of ['containers', 'initContainers', 'ephemeralContainers'])
      for (const container of Array.isArray(spec?.[list]) ? (spec[list] as Obj[]) : [])
        for (const change of changes) {
          const {name, rest} = splitImage(textAt(container, 'image'))
          if (name !== change.name) continue
          const behind = change.digest ? `@${change.digest}` : change.newTag ? `:${change.newTag}` : rest
          container.image = `${change.newName ?? name}${behind}`
        }
  }
}

export const setReplicas = (
  items: readonly Item[],
  wishes: readonly {readonly name?: string; readonly count?: number}[],
): void => {
  for (const {name = '', count} of wishes) {
    const found = items.filter(
      (item) =>
        ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController'].includes(kindOf(item)) &&
        item.names.includes(name),
    )
    if (found.length === 0)
      throw new Error(
        `resource with name ${name} does not match a config with the following GVK [Deployment.v1.apps, ReplicationController.v1.[noGrp], ReplicaSet.v1.apps, StatefulSet.v1.apps]`,
      )
    for (const item of found) {
      item.object = copyOf(item.object)
      ensureMap(item.object, 'spec').replicas = count
    }
  }
}

export const patchByTarget = (items: Item[], patch: unknown, target: Target | undefined, where: string): void => {
  const isJson = Array.isArray(patch)
  if (isJson && !target)
    throw new Error(`unable to parse SM or JSON patch from [${where}]: must specify a target for JSON patch`)
  const wanted = target ?? {kind: textAt(patch, 'kind'), name: textAt(patch, 'metadata', 'name')}
  const found = items.filter((item) => matchesTarget(item, wanted))
  if (found.length === 0 && !target)
    throw new Error(
      `no resource matches strategic merge patch "${wanted.kind}.${textAt(patch, 'apiVersion').split('/').toReversed().join('.')}/${wanted.name}.[noNs]": no matches for Id ${wanted.kind}; failed to find unique target for patch`,
    )
  for (const item of found) {
    if (isMap(patch) && patch.$patch === 'delete') {
      items.splice(items.indexOf(item), 1)
      continue
    }
    const {name} = item.object.metadata as {name: string}
    item.object = (
      isJson ? applyJsonPatch(copyOf(item.object), patch) : strategicMerge(item.object, patch as Obj)
    ) as Obj
    // A patch names its target; it does not rename it.
    if (!isJson) ensureMap(item.object, 'metadata').name = name
  }
}
