// What selects the pods that belong together with a pod: its controller's selector and those of the services it is
// behind. The cluster's default spreading counts these.
import type {DeepReadonly} from '../api/object.ts'
import {replicaSets, replicationControllers, services, statefulSets} from '../api/resources.ts'
import {labelSelector, nothing, type Selector, selectorOf} from '../api/scheduling/selector.ts'
import type {LabelSelector} from '../api/schema/types.gen.ts'
import type {InformerSource} from '../reconcile/contract.ts'
import type {PodInfo} from './pod-info.ts'

type LabelMap = DeepReadonly<{[key: string]: string}>

const selects = (selector: LabelMap | undefined, labels: LabelMap): boolean => {
  if (!selector) return false
  const keys = Object.keys(selector)
  return keys.length > 0 && keys.every((key) => labels[key] === selector[key])
}

const exactly = (labels: LabelMap): Selector =>
  selectorOf(Object.entries(labels).map(([key, value]) => ({key, operator: 'In', values: [value]})))

const both = (left: Selector | undefined, right: Selector | undefined): Selector | undefined => {
  if (!left || !right) return left ?? right
  if (left.text === right.text) return left
  return {text: `${left.text}&${right.text}`, matches: (labels) => left.matches(labels) && right.matches(labels)}
}

export const siblingsOf = (informers: InformerSource): ((pod: PodInfo) => Selector | undefined) => {
  const serviceCache = informers.informer(services).cache
  const controllerCache = informers.informer(replicationControllers).cache
  const setCaches = {
    ReplicaSet: informers.informer(replicaSets).cache,
    StatefulSet: informers.informer(statefulSets).cache,
  }
  const ownerSelector = ({pod, namespace}: PodInfo): Selector | undefined => {
    const owner = pod.metadata.ownerReferences?.find(({controller}) => controller)
    if (!owner) return undefined
    const name = {namespace, name: owner.name}
    if (owner.kind === 'ReplicationController') {
      const labels = controllerCache.get(name)?.spec?.selector
      return labels ? exactly(labels) : undefined
    }
    if (owner.kind !== 'ReplicaSet' && owner.kind !== 'StatefulSet') return undefined
    const selector: DeepReadonly<LabelSelector> | undefined = setCaches[owner.kind].get(name)?.spec?.selector
    const made = labelSelector(selector)
    return made === nothing ? undefined : made
  }
  const serviceSelector = ({namespace, labels}: PodInfo): Selector | undefined => {
    const merged: Record<string, string> = {}
    for (const service of serviceCache.list(namespace))
      if (selects(service.spec?.selector, labels)) Object.assign(merged, service.spec?.selector)
    return Object.keys(merged).length > 0 ? exactly(merged) : undefined
  }
  return (pod) => both(serviceSelector(pod), ownerSelector(pod))
}
