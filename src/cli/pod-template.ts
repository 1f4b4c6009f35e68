// Where the pod of an object is: its spec, or that of its template.
import {at, isMap, type Obj} from './objects.ts'

const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  PodTemplate: ['template', 'spec'],
}
const templated = new Set(['Deployment', 'DaemonSet', 'ReplicaSet', 'StatefulSet', 'ReplicationController', 'Job'])

export const podSpecOf = (object: Obj): Obj | undefined => {
  const kind = String(object.kind)
  const path = paths[kind] ?? (templated.has(kind) ? ['spec', 'template', 'spec'] : undefined)
  const spec = path ? at(object, ...path) : undefined
  return isMap(spec) ? spec : undefined
}

/** Fields that Go's types print even when they are empty: objects of files go through those types. */
export const withTypedDefaults = (object: Obj): Obj => {
  const spec = podSpecOf(object)
  if (!spec) return object
  for (const list of ['containers', 'initContainers'])
    for (const container of Array.isArray(spec[list]) ? (spec[list] as Obj[]) : []) container.resources ??= {}
  const kind = String(object.kind)
  if (kind === 'Deployment' && isMap(object.spec)) object.spec.strategy ??= {}
  if (kind === 'StatefulSet' || kind === 'DaemonSet') (object.spec as Obj).updateStrategy ??= {}
  object.status ??= {}
  return object
}
