// The order kubectl prints and applies what a kustomization makes: what others need comes first.
import {nameOf, namespaceOf} from '../objects.ts'
import {gvkOf, type Item} from './item.ts'

const first =
  'Namespace ResourceQuota StorageClass CustomResourceDefinition ServiceAccount PodSecurityPolicy Role ClusterRole RoleBinding ClusterRoleBinding ConfigMap Secret Endpoints Service LimitRange PriorityClass PersistentVolume PersistentVolumeClaim Deployment StatefulSet CronJob PodDisruptionBudget'.split(
    ' ',
  )
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']

const rank = (item: Item): number => {
  const {kind} = gvkOf(item)
  const early = first.indexOf(kind)
  if (early >= 0) return early - first.length
  return 1 + last.indexOf(kind)
}

const sortText = (item: Item): string => {
  const {group, version, kind} = gvkOf(item)
  return `${group || '~G'}_${version}_${kind}|${namespaceOf(item.object) || '~X'}|${nameOf(item.object)}`
}

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

export const inLegacyOrder = (items: readonly Item[]): Item[] =>
  items.toSorted((one, other) => rank(one) - rank(other) || byCode(sortText(one), sortText(other)))
