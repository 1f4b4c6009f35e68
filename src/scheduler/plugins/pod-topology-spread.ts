// Pods of one kind are spread over domains: no domain may have (or should have) many more of them than the emptiest.
import type {DeepReadonly} from '../../api/object.ts'
import {matchesRequiredNodes, requiresNodes} from '../../api/scheduling/node-affinity.ts'
import {narrowed, type Selector} from '../../api/scheduling/selector.ts'
import {untoleratedTaint} from '../../api/scheduling/taints.ts'
import type {TopologySpreadConstraint} from '../../api/schema/types.gen.ts'
import type {Cluster} from '../cluster.ts'
import {type FilterRun, type Hint, MAX_SCORE, type Plugin, rejection, type ScoreRun} from '../framework.ts'
import type {NodeInfo} from '../node-info.ts'
import type {PodInfo} from '../pod-info.ts'
import {BY_NODE, type DomainCounts, domainOf, type Question} from '../topology.ts'

const NAME = 'PodTopologySpread'
const HOSTNAME = 'kubernetes.io/hostname'
const mismatch = rejection(NAME, "node(s) didn't match pod topology spread constraints", {resolvable: true})
const noLabel = rejection(NAME, "node(s) didn't match pod topology spread constraints (missing required label)", {
  resolvable: false,
})

interface Constraint {
  readonly key: string
  readonly maxSkew: number
  readonly minDomains: number
  readonly selector: Selector
  readonly honorsAffinity: boolean
  readonly honorsTaints: boolean
}

type Raw = DeepReadonly<TopologySpreadConstraint>

const constraintOf = (pod: PodInfo, raw: Raw): Constraint => ({
  key: raw.topologyKey,
  maxSkew: raw.maxSkew,
  minDomains: raw.minDomains ?? 1,
  selector: narrowed(raw.labelSelector, pod.labels, {same: raw.matchLabelKeys}),
  honorsAffinity: (raw.nodeAffinityPolicy ?? 'Honor') === 'Honor',
  honorsTaints: raw.nodeTaintsPolicy === 'Honor',
})

/** What every pod that belongs to a service or a controller gets, unless it says something itself. */
const defaultsFor = (selector: Selector): readonly Constraint[] =>
  [
    {key: HOSTNAME, maxSkew: 3},
    {key: 'topology.kubernetes.io/zone', maxSkew: 5},
  ].map((each) => ({...each, minDomains: 1, selector, honorsAffinity: true, honorsTaints: false}))

const constraintsOf = (pod: PodInfo, action: string): readonly Constraint[] =>
  (pod.pod.spec?.topologySpreadConstraints ?? [])
    .filter(({whenUnsatisfiable}) => whenUnsatisfiable === action)
    .map((raw) => constraintOf(pod, raw))

const questionOf = (pod: PodInfo, {selector}: Constraint, topologyKey: string): Question => ({
  text: `spread|${topologyKey}|${pod.namespace}|${selector.text}`,
  topologyKey,
  counts: (other) =>
    other.namespace === pod.namespace &&
    other.pod.metadata.deletionTimestamp === undefined &&
    selector.matches(other.labels),
})

const hasAllKeys = (node: NodeInfo, constraints: readonly Constraint[]): boolean =>
  constraints.every(({key}) => node.labels?.[key] !== undefined)

const includes = (pod: PodInfo, {honorsAffinity, honorsTaints}: Constraint, node: NodeInfo): boolean =>
  (!honorsAffinity || matchesRequiredNodes(pod.pod, node)) &&
  (!honorsTaints || !untoleratedTaint(node.taints, pod.pod.spec?.tolerations))

/** Domain to how many matching pods it has, empty domains included; only nodes that count for this pod. */
const countDomains = (
  pod: PodInfo,
  constraint: Constraint,
  cluster: Cluster,
  eligible: (node: NodeInfo) => boolean,
): Map<string, number> => {
  const restricted = constraint.honorsTaints || (constraint.honorsAffinity && requiresNodes(pod.pod))
  const domains = new Map<string, number>()
  const known: DomainCounts = cluster.matches.count(questionOf(pod, constraint, restricted ? BY_NODE : constraint.key))
  for (const node of cluster.nodes) {
    const domain = domainOf(node, constraint.key)
    if (domain === undefined || !eligible(node)) continue
    if (!restricted) {
      if (!domains.has(domain)) domains.set(domain, known.get(domain) ?? 0)
    } else if (includes(pod, constraint, node))
      domains.set(domain, (domains.get(domain) ?? 0) + (known.get(node.name) ?? 0))
  }
  return domains
}

const lowestOf = (domains: DomainCounts, minDomains: number): number => {
  if (domains.size < minDomains) return 0
  let lowest = Number.POSITIVE_INFINITY
  for (const count of domains.values()) if (count < lowest) lowest = count
  return lowest
}

const filterRun = (pod: PodInfo, cluster: Cluster): FilterRun | undefined => {
  const constraints = constraintsOf(pod, 'DoNotSchedule')
  if (constraints.length === 0) return undefined
  const eligible = (node: NodeInfo): boolean => hasAllKeys(node, constraints)
  const checks = constraints.map((constraint) => {
    const domains = countDomains(pod, constraint, cluster, eligible)
    const self = constraint.selector.matches(pod.labels) ? 1 : 0
    return {...constraint, domains, self, lowest: lowestOf(domains, constraint.minDomains)}
  })
  return {
    check: (node) => {
      for (const {key, maxSkew, domains, self, lowest} of checks) {
        const domain = domainOf(node, key)
        if (domain === undefined) return noLabel
        if ((domains.get(domain) ?? 0) + self - lowest > maxSkew) return mismatch
      }
      return undefined
    },
  }
}

const scoreRun = (
  pod: PodInfo,
  cluster: Cluster,
  feasible: readonly NodeInfo[],
  {constraints, strict}: {constraints: readonly Constraint[]; strict: boolean},
): ScoreRun => {
  const ignored = new Set(strict ? feasible.filter((node) => !hasAllKeys(node, constraints)) : [])
  const eligible = (node: NodeInfo): boolean => !strict || hasAllKeys(node, constraints)
  const parts = constraints.map((constraint) => {
    const byHost = constraint.key === HOSTNAME
    const domains = byHost
      ? cluster.matches.count(questionOf(pod, constraint, BY_NODE))
      : countDomains(pod, constraint, cluster, eligible)
    const reachable = byHost
      ? feasible.length - ignored.size
      : new Set(feasible.filter((node) => !ignored.has(node)).map((node) => domainOf(node, constraint.key) ?? '')).size
    return {...constraint, domains, byHost, weight: Math.log(reachable + 2)}
  })
  return {
    score: (node) => {
      if (ignored.has(node)) return 0
      let sum = 0
      for (const {key, domains, byHost, weight, maxSkew} of parts) {
        const domain = byHost ? node.name : domainOf(node, key)
        if (domain !== undefined && (!byHost || node.labels?.[key] !== undefined))
          sum += (domains.get(domain) ?? 0) * weight + (maxSkew - 1)
      }
      return Math.round(sum)
    },
    normalize: (scores, nodes) => fewestFirst(scores, nodes, ignored),
  }
}

/** The fewest pods get the most points. */
const fewestFirst = (scores: number[], nodes: readonly NodeInfo[], ignored: ReadonlySet<NodeInfo>): void => {
  const counted = scores.filter((_, index) => !ignored.has(nodes[index] as NodeInfo))
  const highest = Math.max(...counted)
  const lowest = Math.min(...counted)
  for (let index = 0; index < scores.length; index++) {
    if (ignored.has(nodes[index] as NodeInfo)) scores[index] = 0
    else if (highest === 0) scores[index] = MAX_SCORE
    else scores[index] = Math.floor((MAX_SCORE * (highest + lowest - (scores[index] ?? 0))) / highest)
  }
}

const concerns: Hint = (pod, event) => {
  if (event.kind !== 'pod-placed' && event.kind !== 'pod-changed' && event.kind !== 'pod-gone') return false
  if (event.pod.namespace !== pod.namespace) return false
  return constraintsOf(pod, 'DoNotSchedule').some(
    ({selector}) =>
      selector.matches(event.pod.labels) || (event.kind === 'pod-changed' && selector.matches(event.previous.labels)),
  )
}

export const podTopologySpread: Plugin = {
  name: NAME,
  weight: 2,
  filter: filterRun,
  score: (pod, cluster, feasible) => {
    const own = constraintsOf(pod, 'ScheduleAnyway')
    if (own.length > 0) return scoreRun(pod, cluster, feasible, {constraints: own, strict: true})
    if (pod.pod.spec?.topologySpreadConstraints?.length) return undefined
    const siblings = cluster.sources.siblings(pod)
    if (!siblings) return undefined
    return scoreRun(pod, cluster, feasible, {constraints: defaultsFor(siblings), strict: false})
  },
  wakes: {
    'pod-placed': concerns,
    'pod-changed': concerns,
    'pod-gone': concerns,
    'node-added': () => true,
    'node-removed': () => true,
    'node-changed': (_pod, event) =>
      event.kind === 'node-changed' && (event.aspects.has('labels') || event.aspects.has('taints')),
    'own-change': () => true,
  },
}
