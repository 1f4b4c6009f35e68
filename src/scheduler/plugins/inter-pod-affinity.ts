// Near pods of some kind, or far from them: what the pod asks, and what pods that are there already ask of it.
import type {Cluster} from '../cluster.ts'
import {type FilterRun, type Hint, MAX_SCORE, type Plugin, rejection} from '../framework.ts'
import type {NodeInfo} from '../node-info.ts'
import {type AffinityTerm, type PodInfo, termMatches} from '../pod-info.ts'
import {type DomainCounts, domainOf, type Question} from '../topology.ts'

const NAME = 'InterPodAffinity'
const noAffinity = rejection(NAME, "node(s) didn't match pod affinity rules", {resolvable: false})
const ownAnti = rejection(NAME, "node(s) didn't match pod anti-affinity rules", {resolvable: true})
const othersAnti = rejection(NAME, "node(s) didn't satisfy existing pods anti-affinity rules", {resolvable: true})

interface Counted {
  readonly key: string
  readonly domains: DomainCounts
}

const counting = (term: AffinityTerm, cluster: Cluster): DomainCounts => {
  const question: Question = {
    text: `affinity|${term.text}`,
    topologyKey: term.topologyKey,
    counts: (pod) => termMatches(term, pod, cluster.sources.namespaceLabels),
  }
  return cluster.matches.count(question)
}

/** A pod counts for required affinity only when it matches all terms at once. */
const countingAll = (terms: readonly AffinityTerm[], cluster: Cluster): Counted[] =>
  terms.map((term) => {
    const question: Question = {
      text: `affinity-all|${term.topologyKey}|${terms.map(({text}) => text).join('&')}`,
      topologyKey: term.topologyKey,
      counts: (pod) => terms.every((each) => termMatches(each, pod, cluster.sources.namespaceLabels)),
    }
    return {key: term.topologyKey, domains: cluster.matches.count(question)}
  })

/** Topology key to the domains where a placed pod does not want this one. */
const repelledFrom = (pod: PodInfo, cluster: Cluster): Map<string, Set<string>> => {
  const domains = new Map<string, Set<string>>()
  for (const {term, domains: held} of cluster.repelling.values()) {
    if (!termMatches(term, pod, cluster.sources.namespaceLabels)) continue
    const known = domains.get(term.topologyKey) ?? new Set()
    for (const domain of held.keys()) known.add(domain)
    domains.set(term.topologyKey, known)
  }
  return domains
}

const isRepelled = (node: NodeInfo, repelled: ReadonlyMap<string, ReadonlySet<string>>): boolean => {
  for (const [key, domains] of repelled) {
    const domain = domainOf(node, key)
    if (domain !== undefined && domains.has(domain)) return true
  }
  return false
}

const filterRun = (pod: PodInfo, cluster: Cluster): FilterRun | undefined => {
  const repelled = cluster.repelling.size > 0 ? repelledFrom(pod, cluster) : new Map<string, Set<string>>()
  const {required: wanted} = pod.affinity
  const {required: unwanted} = pod.antiAffinity
  if (repelled.size === 0 && wanted.length === 0 && unwanted.length === 0) return undefined
  const affinity = countingAll(wanted, cluster)
  const anti = unwanted.map((term): Counted => ({key: term.topologyKey, domains: counting(term, cluster)}))
  // The first pod of a group that wants to be with itself may go anywhere.
  const isFirst =
    affinity.every(({domains}) => domains.size === 0) &&
    wanted.every((term) => termMatches(term, pod, cluster.sources.namespaceLabels))
  const isNear = (node: NodeInfo): boolean => {
    let everywhere = true
    for (const {key, domains} of affinity) {
      const domain = domainOf(node, key)
      if (domain === undefined) return false
      if (!domains.has(domain)) everywhere = false
    }
    return everywhere || isFirst
  }
  const isTooNear = (node: NodeInfo): boolean =>
    anti.some(({key, domains}) => {
      const domain = domainOf(node, key)
      return domain !== undefined && domains.has(domain)
    })
  return {
    check: (node) => {
      if (!isNear(node)) return noAffinity
      if (isTooNear(node)) return ownAnti
      return isRepelled(node, repelled) ? othersAnti : undefined
    },
  }
}

/** Topology key to domain to points. */
const pointsOf = (pod: PodInfo, cluster: Cluster): Map<string, Map<string, number>> => {
  const points = new Map<string, Map<string, number>>()
  const add = (key: string, domains: DomainCounts, factor: number): void => {
    const known = points.get(key) ?? new Map<string, number>()
    for (const [domain, count] of domains) known.set(domain, (known.get(domain) ?? 0) + factor * count)
    points.set(key, known)
  }
  for (const {term, weight} of pod.affinity.preferred) add(term.topologyKey, counting(term, cluster), weight)
  for (const {term, weight} of pod.antiAffinity.preferred) add(term.topologyKey, counting(term, cluster), -weight)
  for (const {term, domains} of cluster.preferring.values())
    if (termMatches(term, pod, cluster.sources.namespaceLabels)) add(term.topologyKey, domains, 1)
  return points
}

const spreadOut = (scores: number[]): void => {
  const lowest = Math.min(...scores)
  const range = Math.max(...scores) - lowest
  for (let index = 0; index < scores.length; index++)
    scores[index] = range === 0 ? 0 : Math.floor((MAX_SCORE * ((scores[index] ?? 0) - lowest)) / range)
}

const concerns: Hint = (pod, event) => {
  if (event.kind !== 'pod-placed' && event.kind !== 'pod-changed' && event.kind !== 'pod-gone') return false
  const labelsOf = (): undefined => undefined
  const terms = [...pod.affinity.required, ...pod.antiAffinity.required]
  const bySelector = terms.some((term) => term.selector.matches(event.pod.labels))
  return bySelector || event.pod.antiAffinity.required.some((term) => termMatches(term, pod, labelsOf))
}

export const interPodAffinity: Plugin = {
  name: NAME,
  weight: 2,
  filter: filterRun,
  score: (pod, cluster) => {
    const asks = pod.affinity.preferred.length > 0 || pod.antiAffinity.preferred.length > 0
    if (!asks && cluster.preferring.size === 0) return undefined
    const points = pointsOf(pod, cluster)
    if (points.size === 0) return undefined
    return {
      score: (node) => {
        let sum = 0
        for (const [key, domains] of points) sum += domains.get(domainOf(node, key) ?? '') ?? 0
        return sum
      },
      normalize: spreadOut,
    }
  },
  wakes: {
    'pod-placed': concerns,
    'pod-changed': concerns,
    'pod-gone': concerns,
    'node-added': () => true,
    'node-changed': (_pod, event) => event.kind === 'node-changed' && event.aspects.has('labels'),
    'namespace-changed': () => true,
    'own-change': () => true,
  },
}
