// The history of a workload: replica sets of a deployment, controller revisions of the others.

import type {Resource} from '../../api/resource.ts'
import {controllerRevisions, replicaSets} from '../../api/resources.ts'
import type {PodTemplateSpec} from '../../api/schema/types.gen.ts'
import type {ApiClient} from '../../client/contract.ts'
import {type Info, listUrl} from '../input/select.ts'
import {formatLabelSelector} from '../label-selector.ts'
import {at, copyOf, listAt, type Obj, textAt} from '../objects.ts'
import {getJson} from '../request.ts'
import {noWay} from './select.ts'

export interface RevisionEntry {
  readonly revision: number
  readonly cause: string
  readonly template: PodTemplateSpec
  readonly object: Obj
}

const causeKey = 'kubernetes.io/change-cause'
const revisionKey = 'deployment.kubernetes.io/revision'

const owned = async (client: ApiClient, resource: Resource, {object, namespace}: Info): Promise<Obj[]> => {
  const selector = formatLabelSelector(at(object, 'spec', 'selector'))
  const {items = [], apiVersion} = await getJson<{items?: Obj[]; apiVersion?: string}>(
    client,
    listUrl(resource, namespace, {labelSelector: selector === '<none>' ? '' : selector}),
  )
  const uid = textAt(object, 'metadata', 'uid')
  return items
    .filter((item) =>
      listAt(item, 'metadata', 'ownerReferences').some((owner) => owner.controller === true && owner.uid === uid),
    )
    .map((item) => ({apiVersion, kind: resource.kind, ...item}))
}

export const revisionsOf = async (client: ApiClient, info: Info): Promise<RevisionEntry[]> => {
  const {resource} = info
  let entries: RevisionEntry[]
  if (resource.kind === 'Deployment')
    entries = (await owned(client, replicaSets, info)).map((item) => ({
      revision: Number(textAt(item, 'metadata', 'annotations', revisionKey)),
      cause: textAt(item, 'metadata', 'annotations', causeKey),
      template: at(item, 'spec', 'template') as PodTemplateSpec,
      object: item,
    }))
  else if (resource.kind === 'DaemonSet' || resource.kind === 'StatefulSet')
    entries = (await owned(client, controllerRevisions, info)).map((item) => ({
      revision: Number(at(item, 'revision')),
      cause: textAt(item, 'metadata', 'annotations', causeKey),
      template: at(withoutMarks(at(item, 'data')), 'spec', 'template') as PodTemplateSpec,
      object: item,
    }))
  else throw noWay(info, 'history viewer', 'history')
  return entries.filter(({revision}) => revision > 0).sort((one, other) => one.revision - other.revision)
}

/** The data of a revision is a patch that replaces the template as a whole. */
export const withoutMarks = (data: unknown): unknown => {
  const copy = copyOf(data) as {spec?: {template?: Obj}}
  if (copy?.spec?.template) delete copy.spec.template.$patch
  return copy
}
