// On which nodes a DaemonSet's pods belong.
import {matchesRequiredNodes} from '../../api/scheduling/node-affinity.ts'
import {isTolerated} from '../../api/scheduling/taints.ts'
import type {DaemonSet, Node, Pod, Toleration} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {sendable} from '../objects/status.ts'

export interface Fit {
  readonly shouldRun: boolean
  /** A pod that is there already may stay. */
  readonly mayStay: boolean
}

const exists = (key: string, effect: string): Toleration => ({key, operator: 'Exists', effect})

/** Daemons run where other pods do not: nodes with trouble are theirs to look after. */
const always: readonly Toleration[] = [
  exists('node.kubernetes.io/not-ready', 'NoExecute'),
  exists('node.kubernetes.io/unreachable', 'NoExecute'),
  exists('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  exists('node.kubernetes.io/unschedulable', 'NoSchedule'),
]

export const tolerationsOf = (set: Cached<DaemonSet>): Toleration[] => {
  const spec = sendable(set).spec?.template.spec
  const tolerations = [...(spec?.tolerations ?? [])]
  const added = spec?.hostNetwork ? [...always, exists('node.kubernetes.io/network-unavailable', 'NoSchedule')] : always
  for (const toleration of added) {
    const at = tolerations.findIndex(
      ({key, effect, operator}) =>
        key === toleration.key && effect === toleration.effect && operator === toleration.operator,
    )
    if (at < 0) tolerations.push(toleration)
  }
  return tolerations
}

export const fitOf = (node: Cached<Node>, set: Cached<DaemonSet>, tolerations: readonly Toleration[]): Fit => {
  const {name, labels} = node.metadata
  const template = set.spec?.template
  if (template?.spec?.nodeName && template.spec.nodeName !== name) return {shouldRun: false, mayStay: false}
  if (!matchesRequiredNodes({spec: template?.spec} as Cached<Pod>, {name, labels}))
    return {shouldRun: false, mayStay: false}
  const taints = node.spec?.taints ?? []
  const repels = (effect: string): boolean =>
    taints.some((taint) => taint.effect === effect && !isTolerated(taint, tolerations))
  if (repels('NoExecute')) return {shouldRun: false, mayStay: false}
  return {shouldRun: !repels('NoSchedule'), mayStay: true}
}

/** The node a pod is on, or is made for. */
export const nodeNameOf = ({spec}: Cached<Pod>): string | undefined => {
  if (spec?.nodeName) return spec.nodeName
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  for (const {matchFields = []} of required?.nodeSelectorTerms ?? [])
    for (const {key, operator, values} of matchFields)
      if (key === 'metadata.name' && operator === 'In' && values?.length === 1) return values[0]
  return undefined
}
