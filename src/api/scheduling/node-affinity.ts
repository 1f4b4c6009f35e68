// Node selectors and required node affinity, as several plugins ask about them.
import type {DeepReadonly} from '../object.ts'
import type {NodeSelector, Pod} from '../schema/types.gen.ts'
import {type Labels, matchesNode} from './selector.ts'

export interface NodeFacts {
  readonly name: string
  readonly labels: Labels
}

/** Terms are alternatives; a term without any condition matches nothing. */
export const matchesNodeSelector = (selector: DeepReadonly<NodeSelector>, node: NodeFacts): boolean =>
  (selector.nodeSelectorTerms ?? []).some(
    ({matchExpressions, matchFields}) =>
      ((matchExpressions?.length ?? 0) > 0 || (matchFields?.length ?? 0) > 0) &&
      matchesNode(matchExpressions, matchFields, node),
  )

export const requiresNodes = (pod: DeepReadonly<Pod>): boolean =>
  Object.keys(pod.spec?.nodeSelector ?? {}).length > 0 ||
  pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined

export const matchesRequiredNodes = (pod: DeepReadonly<Pod>, node: NodeFacts): boolean => {
  const wanted = pod.spec?.nodeSelector
  for (const key in wanted) if (node.labels?.[key] !== wanted[key]) return false
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || matchesNodeSelector(required, node)
}
