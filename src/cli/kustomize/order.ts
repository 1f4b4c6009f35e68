// The order objects are printed in: what others need comes first.
import {nameOf, namespaceOf, textAt} from '../objects.ts'
import {groupOf, type Item, kindOf} from './resource.ts'

const first = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
]
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

const rank = (item: Item): number => {
  const kind = kindOf(item)
  const early = first.indexOf(kind)
  if (early >= 0) return early - first.length
  return last.indexOf(kind) + 1
}

const idOf = (item: Item): string =>
  [groupOf(item), textAt(item.object, 'apiVersion').split('/').at(-1), kindOf(item)].join('_')
const nameIdOf = ({object}: Item): string => `${namespaceOf(object)}|${nameOf(object)}`
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

export const inOrder = (items: readonly Item[]): Item[] =>
  items.toSorted(
    (one, other) => rank(one) - rank(other) || byText(idOf(one), idOf(other)) || byText(nameIdOf(one), nameIdOf(other)),
  )
