// Why a pod fits nowhere, in Kubernetes' words.
import type {Rejection} from './framework.ts'

export interface Diagnosis {
  readonly nodeCount: number
  /** What each asked node said. */
  readonly byNode: ReadonlyMap<string, Rejection>
  /** For nodes that were not asked. */
  readonly others: Rejection | undefined
  /** One plugin refused the pod as such. */
  readonly whole: Rejection | undefined
}

const counted = ({byNode, others, nodeCount}: Diagnosis): Map<string, number> => {
  const counts = new Map<string, number>()
  const add = (reasons: readonly string[], times: number): void => {
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + times)
  }
  for (const {reasons} of byNode.values()) add(reasons, 1)
  if (others && byNode.size < nodeCount) add(others.reasons, nodeCount - byNode.size)
  return counts
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable. preemption: ...` */
export const fitMessage = (diagnosis: Diagnosis, afterwards = ''): string => {
  const reasons = diagnosis.whole
    ? diagnosis.whole.reasons.join(', ')
    : [...counted(diagnosis)]
        .map(([reason, times]) => `${times} ${reason}`)
        .sort()
        .join(', ')
  const head = `0/${diagnosis.nodeCount} nodes are available:${reasons === '' ? '' : ` ${reasons}.`}`
  return afterwards === '' ? head : `${head} ${afterwards}`
}

export const rejectedBy = ({byNode, whole, others}: Diagnosis): ReadonlySet<string> => {
  const plugins = new Set<string>()
  for (const {plugin} of byNode.values()) plugins.add(plugin)
  if (whole) plugins.add(whole.plugin)
  if (others) for (const plugin of others.plugin.split(',')) plugins.add(plugin)
  return plugins
}
