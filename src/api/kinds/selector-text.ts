// Selectors as tables, describe and the scale subresource write them.
import type {LabelSelector} from '../schema/types.gen.ts'

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

/** For tables: `<none>` where there is nothing to say. */
export const labelsCell = (labels: {[label: string]: string} | undefined): string => showLabels(labels) || '<none>'
export const labelSelectorCell = (selector: LabelSelector | undefined | null): string =>
  showLabelSelector(selector) || '<none>'
