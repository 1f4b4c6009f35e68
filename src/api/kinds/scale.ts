// The scale subresource of the workload kinds.
import type {Subresource} from '../kind.ts'
import type {KubeObject} from '../object.ts'
import type {LabelSelector} from '../schema/types.gen.ts'

interface Scalable extends KubeObject {
  spec?: {selector?: LabelSelector | undefined} | undefined
}

interface SimplySelecting extends KubeObject {
  spec?: {selector?: {[label: string]: string} | undefined} | undefined
}

const byKey = (a: {key: string}, b: {key: string}): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** `app=web,env=dev`: map labels as a selector string. */
export const showLabels = (labels: {[label: string]: string} | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => ({key, value}))
    .sort(byKey)
    .map(({key, value}) => `${key}=${value}`)
    .join(',')

const showRequirement = (key: string, operator: string, values: readonly string[]): string => {
  switch (operator) {
    case 'In':
      return `${key} in (${[...values].sort().join(',')})`
    case 'NotIn':
      return `${key} notin (${[...values].sort().join(',')})`
    case 'Exists':
      return key
    default:
      return `!${key}`
  }
}

/** A label selector as a string, `` for one that selects everything, `<none>` for one that selects nothing. */
export const showLabelSelector = (selector: LabelSelector | undefined | null): string => {
  if (!selector) return '<none>'
  const requirements = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({key, text: `${key}=${value}`})),
    ...(selector.matchExpressions ?? []).map(({key, operator, values}) => ({
      key,
      text: showRequirement(key, operator, values ?? []),
    })),
  ]
  return requirements
    .sort(byKey)
    .map(({text}) => text)
    .join(',')
}

const scaleOf = <T extends KubeObject>(selector: (object: T) => string): Subresource<T> => ({
  verbs: ['get', 'patch', 'update'],
  speaks: {group: 'autoscaling', version: 'v1', kind: 'Scale'},
  scale: {specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', selector},
})

export const scaleSubresource: Subresource<Scalable> = scaleOf((object: Scalable) =>
  showLabelSelector(object.spec?.selector),
)
export const replicationControllerScale: Subresource<SimplySelecting> = scaleOf((object: SimplySelecting) =>
  showLabels(object.spec?.selector),
)
