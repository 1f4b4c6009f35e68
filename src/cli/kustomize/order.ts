// The order kubectl prints and applies what a kustomization makes: what others need comes first.
import {nameOf, namespaceOf} from '../objects.ts'
import {gvkOf, type Item} from './item.ts'

const kindsFirst =
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget'.split(
    ' ',
  )
const kindsLast = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

const rank = (item: Item, first: readonly string[], last: readonly string[]): number => {
  const {kind} = gvkOf(item)
  const early = first.indexOf(kind)
  if (early >= 0) return early - first.length
  return 1 + last.indexOf(kind)
}

const typeText = (item: Item): string => {
  const {group, version, kind} = gvkOf(item)
  return `${group || '~G'}_${version}_${kind}`
}
const nameText = ({object}: Item): string => `${namespaceOf(object) || '~X'}|${nameOf(object)}`

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

export interface LegacyOrder {
  readonly orderFirst?: readonly string[]
  readonly orderLast?: readonly string[]
}

export const inLegacyOrder = (
  items: readonly Item[],
  {orderFirst = kindsFirst, orderLast = kindsLast}: LegacyOrder = {},
): Item[] =>
  items.toSorted(
    (one, other) =>
      rank(one, orderFirst, orderLast) - rank(other, orderFirst, orderLast) ||
      byCode(typeText(one), typeText(other)) ||
      byCode(nameText(one), nameText(other)),
  )
