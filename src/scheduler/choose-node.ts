// One scheduling cycle without any side effect: which node for this pod?
import type {Random} from '../lib/random.ts'
import type {Cluster} from './cluster.ts'
import type {Diagnosis} from './diagnosis.ts'
import {type FilterRun, isRejection, type Plugin, type Rejection} from './framework.ts'
import type {NodeInfo} from './node-info.ts'
import type {PodInfo} from './pod-info.ts'

export type Choice =
  | {readonly kind: 'node'; readonly node: NodeInfo}
  | {readonly kind: 'none'; readonly diagnosis: Diagnosis}

export interface Filters {
  readonly runs: readonly FilterRun[]
  readonly only: ReadonlySet<string> | undefined
  /** Which plugins narrowed `only`. */
  readonly narrowedBy: readonly string[]
}

const LEAST_NODES = 100
const LEAST_PERCENT = 5

/** In a large cluster good is enough: the more nodes, the smaller the share that is looked at. */
export const enoughNodes = (count: number): number => {
  if (count <= LEAST_NODES) return count
  const percent = Math.max(50 - Math.floor(count / 125), LEAST_PERCENT)
  return Math.max(Math.floor((count * percent) / 100), LEAST_NODES)
}

export const startFilters = (plugins: readonly Plugin[], pod: PodInfo, cluster: Cluster): Filters | Rejection => {
  const runs: FilterRun[] = []
  const narrowedBy: string[] = []
  let only: ReadonlySet<string> | undefined
  for (const plugin of plugins) {
    const run = plugin.filter?.(pod, cluster)
    if (!run) continue
    if (isRejection(run)) return run
    runs.push(run)
    if (!run.only) continue
    only = only ? new Set([...only].filter((name) => run.only?.has(name))) : run.only
    narrowedBy.push(plugin.name)
  }
  return {runs, only, narrowedBy}
}

export const checkNode = (runs: readonly FilterRun[], node: NodeInfo): Rejection | undefined => {
  for (const run of runs) {
    const rejected = run.check(node)
    if (rejected) return rejected
  }
  return undefined
}

/** Pods that were promised a place there and are at least as important count as if they were there. */
const checkWithNominated = (
  plugins: readonly Plugin[],
  runs: readonly FilterRun[],
  pod: PodInfo,
  node: NodeInfo,
  cluster: Cluster,
): Rejection | undefined => {
  const coming = cluster.hasNominated
    ? [...cluster.nominatedTo(node.name)].filter(({uid, priority}) => uid !== pod.uid && priority >= pod.priority)
    : []
  if (coming.length === 0) return checkNode(runs, node)
  for (const other of coming) cluster.place(other, node.name)
  try {
    const filters = startFilters(plugins, pod, cluster)
    const rejected = isFilters(filters) ? checkNode(filters.runs, node) : filters
    if (rejected) return rejected
  } finally {
    for (const other of coming) cluster.displace(other.uid)
  }
  return checkNode(runs, node)
}

export const isFilters = (filters: Filters | Rejection): filters is Filters => 'runs' in filters

const absent = ({only, narrowedBy}: Filters): Rejection | undefined =>
  only
    ? {
        plugin: narrowedBy.join(),
        reasons: [`node(s) didn't satisfy plugin(s) [${narrowedBy.join(' ')}]`],
        resolvable: false,
      }
    : undefined

export class NodeChooser {
  readonly #plugins: readonly Plugin[]
  readonly #random: Random
  /** Where to go on looking: over time every node gets its turn. */
  #next = 0

  constructor(plugins: readonly Plugin[], random: Random) {
    this.#plugins = plugins
    this.#random = random
  }

  choose(pod: PodInfo, cluster: Cluster): Choice {
    const {nodes} = cluster
    const nodeCount = nodes.length
    const filters = startFilters(this.#plugins, pod, cluster)
    if (!isFilters(filters)) {
      const diagnosis = {nodeCount, byNode: new Map(), others: undefined, whole: filters}
      return {kind: 'none', diagnosis}
    }
    const byNode = new Map<string, Rejection>()
    const feasible = this.#nominated(pod, filters, cluster) ?? this.#find(pod, filters, cluster, byNode)
    const [first] = feasible
    if (!first) return {kind: 'none', diagnosis: {nodeCount, byNode, others: absent(filters), whole: undefined}}
    return {kind: 'node', node: feasible.length === 1 ? first : this.#best(pod, cluster, feasible)}
  }

  /** Room was made for it on one node: look there first. */
  #nominated(pod: PodInfo, {runs}: Filters, cluster: Cluster): readonly NodeInfo[] | undefined {
    const name = pod.pod.status?.nominatedNodeName
    const node = name ? cluster.node(name) : undefined
    return node && !checkWithNominated(this.#plugins, runs, pod, node, cluster) ? [node] : undefined
  }

  #find(pod: PodInfo, filters: Filters, cluster: Cluster, rejected: Map<string, Rejection>): readonly NodeInfo[] {
    const {only} = filters
    const candidates = only ? [...only].flatMap((name) => cluster.node(name) ?? []) : cluster.nodes
    const count = candidates.length
    const enough = enoughNodes(count)
    const feasible: NodeInfo[] = []
    let looked = 0
    const start = only || count === 0 ? 0 : this.#next % count
    for (; looked < count && feasible.length < enough; looked++) {
      const node = candidates[(start + looked) % count] as NodeInfo
      const verdict = checkWithNominated(this.#plugins, filters.runs, pod, node, cluster)
      if (verdict) rejected.set(node.name, verdict)
      else feasible.push(node)
    }
    if (!only && count > 0) this.#next = (start + looked) % count
    return feasible
  }

  #best(pod: PodInfo, cluster: Cluster, feasible: readonly NodeInfo[]): NodeInfo {
    const totals = new Float64Array(feasible.length)
    for (const plugin of this.#plugins) {
      const run = plugin.score?.(pod, cluster, feasible)
      if (!run) continue
      const scores = feasible.map((node) => run.score(node))
      run.normalize?.(scores, feasible)
      const weight = plugin.weight ?? 1
      for (let index = 0; index < scores.length; index++)
        totals[index] = (totals[index] as number) + weight * (scores[index] as number)
    }
    return this.#highest(totals, feasible)
  }

  /** Any of those with the highest total. */
  #highest(totals: Float64Array, nodes: readonly NodeInfo[]): NodeInfo {
    let best = 0
    let ties = 1
    for (let index = 1; index < totals.length; index++) {
      const total = totals[index] as number
      const highest = totals[best] as number
      if (total > highest) {
        best = index
        ties = 1
      } else if (total === highest && this.#random.next() * ++ties < 1) best = index
    }
    return nodes[best] as NodeInfo
  }
}
