// LabelSelector as a question to labels. Compiled once for each selector object (those of caches are shared).
import type {DeepReadonly} from '../object.ts'
import type {LabelSelector, LabelSelectorRequirement} from '../schema/types.gen.ts'

export type Labels = Readonly<Record<string, string>>
export type LabelPredicate = (labels: Labels | undefined) => boolean

const none: Labels = {}
const compiled = new WeakMap<object, LabelPredicate>()

/** Absent selects nothing, empty selects everything. An operator nobody knows selects nothing. */
export const labelSelector = (selector: DeepReadonly<LabelSelector> | undefined): LabelPredicate => {
  if (!selector) return () => false
  let predicate = compiled.get(selector)
  if (!predicate) compiled.set(selector, (predicate = compile(selector)))
  return predicate
}

/** A plain map of labels (Service, ReplicationController): all of them have to be there. */
export const labelMap = (wanted: Labels): LabelPredicate => {
  const entries = Object.entries(wanted)
  return (labels = none) => entries.every(([key, value]) => labels[key] === value)
}

const compile = ({matchLabels = {}, matchExpressions = []}: DeepReadonly<LabelSelector>): LabelPredicate => {
  const matchesMap = labelMap(matchLabels)
  const expressions = matchExpressions.map(compileRequirement)
  return (labels = none) => matchesMap(labels) && expressions.every((matches) => matches(labels))
}

const compileRequirement = ({
  key,
  operator,
  values = [],
}: DeepReadonly<LabelSelectorRequirement>): ((labels: Labels) => boolean) => {
  switch (operator) {
    case 'In':
      return (labels) => labels[key] !== undefined && values.includes(labels[key])
    case 'NotIn':
      return (labels) => labels[key] === undefined || !values.includes(labels[key])
    case 'Exists':
      return (labels) => labels[key] !== undefined
    case 'DoesNotExist':
      return (labels) => labels[key] === undefined
    default:
      return () => false
  }
}
