// DefaultPreemption: which less important pods would have to go, and on which node that hurts least. Only a plan: who
// carries it out is preempt.ts.
import type {DeepReadonly} from '../api/object.ts'
import type {PodDisruptionBudget} from '../api/schema/types.gen.ts'
import type {Random} from '../lib/random.ts'
import {checkNode, isFilters, startFilters} from './choose-node.ts'
import type {Cluster} from './cluster.ts'
import {type Diagnosis, fitMessage} from './diagnosis.ts'
import {sortByBudgets} from './disruption-budgets.ts'
import {type Plugin, type Rejection, rejection} from './framework.ts'
import type {NodeInfo} from './node-info.ts'
import type {PodInfo} from './pod-info.ts'

export interface PreemptionPlan {
  readonly node: NodeInfo
  readonly victims: readonly PodInfo[]
  readonly violations: number
}

export type Preemption =
  | {readonly kind: 'plan'; readonly plan: PreemptionPlan}
  /** `clears`: a nomination from before is void. */
  | {readonly kind: 'none'; readonly message: string; readonly clears: boolean}

export interface PreemptionOptions {
  readonly plugins: readonly Plugin[]
  readonly cluster: Cluster
  readonly budgets: readonly DeepReadonly<PodDisruptionBudget>[]
  readonly random: Random
}

const NAME = 'DefaultPreemption'
const noVictims = rejection(NAME, 'No preemption victims found for incoming pod', {resolvable: false})
const notHelpful = rejection(NAME, 'Preemption is not helpful for scheduling', {resolvable: false})
const LEAST_CANDIDATES = 100
const CANDIDATES_PERCENT = 10

const startOf = ({pod}: PodInfo): number => Date.parse(pod.status?.startTime ?? '') || Number.MAX_SAFE_INTEGER

/** Most important first; among equals the one that has run longer. */
const byImportance = (left: PodInfo, right: PodInfo): number =>
  right.priority - left.priority || startOf(left) - startOf(right)

const fitsNow = (pod: PodInfo, node: NodeInfo, {plugins, cluster}: PreemptionOptions): Rejection | undefined => {
  const filters = startFilters(plugins, pod, cluster)
  return isFilters(filters) ? checkNode(filters.runs, node) : filters
}

/** Tries it on the real picture, and puts everything back. */
const victimsOn = (pod: PodInfo, node: NodeInfo, options: PreemptionOptions): PreemptionPlan | Rejection => {
  const {cluster, budgets} = options
  const lesser = [...node.pods.values()].filter(({priority}) => priority < pod.priority).sort(byImportance)
  if (lesser.length === 0) return noVictims
  const gone = new Set(lesser)
  for (const victim of lesser) cluster.displace(victim.uid)
  try {
    const rejected = fitsNow(pod, node, options)
    if (rejected) return rejected
    const {violating, others} = sortByBudgets(lesser, budgets)
    const spare = (victim: PodInfo): boolean => {
      cluster.place(victim, node.name)
      if (!fitsNow(pod, node, options)) {
        gone.delete(victim)
        return true
      }
      cluster.displace(victim.uid)
      return false
    }
    const violations = violating.filter((victim) => !spare(victim)).length
    for (const victim of others) spare(victim)
    return {node, victims: [...gone].sort(byImportance), violations}
  } finally {
    for (const victim of gone) cluster.place(victim, node.name)
  }
}

/** Each rule looks only at those that the rules before found equally good: the smallest value wins. */
const rules: readonly ((plan: PreemptionPlan) => number)[] = [
  ({violations}) => violations,
  ({victims}) => victims[0]?.priority ?? Number.NEGATIVE_INFINITY,
  ({victims}) => victims.reduce((sum, {priority}) => sum + priority + 2 ** 31, 0),
  ({victims}) => victims.length,
  ({victims}) => {
    const highest = victims[0]?.priority
    return -Math.min(...victims.filter(({priority}) => priority === highest).map(startOf))
  },
]

const bestOf = (plans: readonly PreemptionPlan[]): PreemptionPlan | undefined => {
  let left = plans
  for (const rule of rules) {
    if (left.length < 2) break
    const least = Math.min(...left.map(rule))
    left = left.filter((plan) => rule(plan) === least)
  }
  return left[0]
}

const candidateNodes = (pod: PodInfo, diagnosis: Diagnosis, {cluster, random}: PreemptionOptions): NodeInfo[] => {
  const helped = [...diagnosis.byNode].filter(([, {resolvable}]) => resolvable).map(([name]) => name)
  const start = Math.floor(random.next() * helped.length)
  const turned = [...helped.slice(start), ...helped.slice(0, start)]
  return turned.flatMap((name) => {
    const node = cluster.node(name)
    return node && pod.uid ? [node] : []
  })
}

/** Its victims are still on their way out: wait for them. */
const isWaiting = (pod: PodInfo, cluster: Cluster, diagnosis: Diagnosis): boolean => {
  const nominated = pod.pod.status?.nominatedNodeName
  const node = nominated ? cluster.node(nominated) : undefined
  if (!node || diagnosis.byNode.get(node.name)?.resolvable === false) return false
  return [...node.pods.values()].some(
    (other) => other.priority < pod.priority && other.pod.metadata.deletionTimestamp !== undefined,
  )
}

const ineligible = (pod: PodInfo, cluster: Cluster, diagnosis: Diagnosis): string | undefined => {
  if (pod.pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  if (isWaiting(pod, cluster, diagnosis)) return 'not eligible due to a terminating pod on the nominated node.'
  return undefined
}

export const planPreemption = (pod: PodInfo, diagnosis: Diagnosis, options: PreemptionOptions): Preemption => {
  const {cluster} = options
  const reason = ineligible(pod, cluster, diagnosis)
  if (reason) return {kind: 'none', message: `preemption: ${reason}`, clears: false}
  const nodes = candidateNodes(pod, diagnosis, options)
  const enough = Math.max(Math.floor((nodes.length * CANDIDATES_PERCENT) / 100), LEAST_CANDIDATES)
  const plans: PreemptionPlan[] = []
  const refused = new Map<string, Rejection>()
  for (const node of nodes) {
    const plan = victimsOn(pod, node, options)
    if ('victims' in plan) plans.push(plan)
    else refused.set(node.name, plan)
    if (plans.length >= enough) break
  }
  const plan = bestOf(plans)
  if (plan) return {kind: 'plan', plan}
  const others = {nodeCount: diagnosis.nodeCount, byNode: refused, others: notHelpful, whole: undefined}
  return {kind: 'none', message: `preemption: ${fitMessage(others)}`, clears: true}
}
