// How many pods of some kind are in which domain of nodes (zone, host, ...): the question behind spreading and pod
// affinity. Counting every pod for every placement would be quadratic, so each distinct question is counted once and
// then kept up to date as pods come and go; questions nobody asked for a while are forgotten.

import type {Labels} from '../api/scheduling/selector.ts'
import type {AffinityTerm, PodInfo} from './pod-info.ts'

export interface Place {
  readonly name: string
  readonly labels: Labels
}

/** As a topology key: every node is a domain of its own, known by name. */
export const BY_NODE = ''

export interface Question {
  /** The same for questions that mean the same. */
  readonly text: string
  readonly topologyKey: string
  counts(pod: PodInfo): boolean
}

export type DomainCounts = ReadonlyMap<string, number>

interface Answer {
  readonly question: Question
  readonly domains: Map<string, number>
}

const REMEMBERED = 192

export const domainOf = (place: Place, topologyKey: string): string | undefined =>
  topologyKey === BY_NODE ? place.name : place.labels?.[topologyKey]

const addTo = (domains: Map<string, number>, domain: string, by: number): void => {
  const sum = (domains.get(domain) ?? 0) + by
  if (sum === 0) domains.delete(domain)
  else domains.set(domain, sum)
}

/** What pods ask: counts of the pods that match. */
export class MatchCounts {
  readonly #answers = new Map<string, Answer>()
  readonly #placed: () => Iterable<readonly [PodInfo, Place]>

  /** `placed` walks over all pods that are on nodes. */
  constructor(placed: () => Iterable<readonly [PodInfo, Place]>) {
    this.#placed = placed
  }

  count(question: Question): DomainCounts {
    const known = this.#answers.get(question.text)
    if (known) return known.domains
    const answer: Answer = {question, domains: new Map()}
    for (const [pod, place] of this.#placed()) this.#apply(answer, pod, place, 1)
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size < REMEMBERED) break
      this.#answers.delete(oldest)
    }
    this.#answers.set(question.text, answer)
    return answer.domains
  }

  change(pod: PodInfo, place: Place, by: 1 | -1): void {
    for (const answer of this.#answers.values()) this.#apply(answer, pod, place, by)
  }

  /** When what a question means may have changed (labels of namespaces). */
  forget(): void {
    this.#answers.clear()
  }

  #apply({question, domains}: Answer, pod: PodInfo, place: Place, by: 1 | -1): void {
    const domain = domainOf(place, question.topologyKey)
    if (domain !== undefined && question.counts(pod)) addTo(domains, domain, by)
  }
}

export interface HeldTerm {
  readonly term: AffinityTerm
  /** Domain to the sum of the weights of the pods there that hold it. */
  readonly domains: DomainCounts
}

/** What placed pods hold: their own terms, each distinct one once. */
export class HeldTerms {
  readonly #terms = new Map<string, {readonly term: AffinityTerm; readonly domains: Map<string, number>}>()

  values(): Iterable<HeldTerm> {
    return this.#terms.values()
  }

  get size(): number {
    return this.#terms.size
  }

  change(term: AffinityTerm, place: Place, weight: number): void {
    const domain = domainOf(place, term.topologyKey)
    if (domain === undefined || weight === 0) return
    let held = this.#terms.get(term.text)
    if (!held) {
      held = {term, domains: new Map()}
      this.#terms.set(term.text, held)
    }
    addTo(held.domains, domain, weight)
    if (held.domains.size === 0) this.#terms.delete(term.text)
  }
}
