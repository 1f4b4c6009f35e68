// Label selectors made ready for many questions: parsed once an object, with a text that is the same for equal ones.
import type {DeepReadonly} from '../object.ts'
import type {LabelSelector, NodeSelectorRequirement} from '../schema/types.gen.ts'

export type Labels = DeepReadonly<{[key: string]: string}> | undefined

export interface Selector {
  readonly text: string
  matches(labels: Labels): boolean
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

export const everything: Selector = {text: '', matches: () => true}
export const nothing: Selector = {text: '!', matches: () => false}

const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined

const compares = (value: string | undefined, bound: string | undefined, larger: boolean): boolean => {
  const left = integer(value)
  const right = integer(bound)
  return left !== undefined && right !== undefined && (larger ? left > right : left < right)
}

/** One requirement on one value; undefined is a label that is not there. */
export const satisfies = (value: string | undefined, operator: string, values: readonly string[]): boolean => {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return compares(value, values[0], true)
    case 'Lt':
      return compares(value, values[0], false)
    default:
      return false
  }
}

const textOf = ({key, operator, values}: Requirement): string => `${key} ${operator} (${[...values].sort().join()})`

export const selectorOf = (requirements: readonly Requirement[]): Selector => {
  if (requirements.length === 0) return everything
  const text = requirements.map(textOf).sort().join(';')
  const [only] = requirements
  if (requirements.length === 1 && only?.operator === 'In' && only.values.length === 1) {
    const {key} = only
    const [value] = only.values
    return {text, matches: (labels) => labels?.[key] === value}
  }
  const matches = (labels: Labels): boolean =>
    requirements.every(({key, operator, values}) => satisfies(labels?.[key], operator, values))
  return {text, matches}
}

const requirementsOf = (selector: DeepReadonly<LabelSelector>): Requirement[] => [
  ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({key, operator: 'In', values: [value]})),
  ...(selector.matchExpressions ?? []).map(({key, operator, values}) => ({key, operator, values: values ?? []})),
]

const parsed = new WeakMap<object, Selector>()

/** Absent selects nothing, empty selects everything. */
export const labelSelector = (selector: DeepReadonly<LabelSelector> | undefined): Selector => {
  if (!selector) return nothing
  const known = parsed.get(selector)
  if (known) return known
  const made = selectorOf(requirementsOf(selector))
  parsed.set(selector, made)
  return made
}

/** The selector narrowed to the pod's own values of these labels (matchLabelKeys, mismatchLabelKeys). */
export const narrowed = (
  selector: DeepReadonly<LabelSelector> | undefined,
  labels: Labels,
  keys: {readonly same?: readonly string[] | undefined; readonly other?: readonly string[] | undefined},
): Selector => {
  if (!selector) return nothing
  if (!keys.same?.length && !keys.other?.length) return labelSelector(selector)
  const extra = (names: readonly string[], operator: string): Requirement[] =>
    names.flatMap((key) => (labels?.[key] === undefined ? [] : [{key, operator, values: [labels[key] ?? '']}]))
  const all = [...requirementsOf(selector), ...extra(keys.same ?? [], 'In'), ...extra(keys.other ?? [], 'NotIn')]
  return selectorOf([...new Map(all.map((requirement) => [textOf(requirement), requirement])).values()])
}

/** matchFields knows one field only. */
export const matchesNode = (
  expressions: readonly DeepReadonly<NodeSelectorRequirement>[] | undefined,
  fields: readonly DeepReadonly<NodeSelectorRequirement>[] | undefined,
  node: {readonly name: string; readonly labels: Labels},
): boolean =>
  (expressions ?? []).every(({key, operator, values}) => satisfies(node.labels?.[key], operator, values ?? [])) &&
  (fields ?? []).every(
    ({key, operator, values}) => key === 'metadata.name' && satisfies(node.name, operator, values ?? []),
  )
