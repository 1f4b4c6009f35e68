// A pod as the scheduler sees it: what is asked of it again and again, worked out once.
import {type DeepReadonly, keyOf} from '../api/object.ts'
import {everything, labelSelector, narrowed, nothing, type Selector} from '../api/scheduling/selector.ts'
import type {Pod, PodAffinityTerm} from '../api/schema/types.gen.ts'
import type {Cached} from '../reconcile/contract.ts'
import {type Amounts, podNonZeroRequests, podRequests} from './resources.ts'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** Which pods, counted over which domains of nodes. */
export interface AffinityTerm {
  /** The same for terms that mean the same. */
  readonly text: string
  readonly topologyKey: string
  readonly namespaces: ReadonlySet<string>
  readonly namespaceSelector: Selector
  readonly selector: Selector
}

export interface WeightedTerm {
  readonly term: AffinityTerm
  readonly weight: number
}

export interface AffinityTerms {
  readonly required: readonly AffinityTerm[]
  readonly preferred: readonly WeightedTerm[]
}

export interface PodInfo {
  /** Replaced by newer copies that differ in nothing below. */
  pod: Cached<Pod>
  readonly uid: string
  readonly key: string
  readonly namespace: string
  readonly labels: DeepReadonly<{[key: string]: string}>
  readonly priority: number
  readonly requests: Amounts
  readonly nonZeroRequests: Amounts
  readonly ports: readonly HostPort[]
  readonly affinity: AffinityTerms
  readonly antiAffinity: AffinityTerms
  /** Names of the claims it uses, generic ephemeral volumes included. */
  readonly claims: readonly string[]
}

const none: AffinityTerms = {required: [], preferred: []}
const noPorts: readonly HostPort[] = []
const noClaims: readonly string[] = []
const noLabels = {}

const portsOf = (pod: DeepReadonly<Pod>): readonly HostPort[] => {
  const containers = [
    ...(pod.spec?.containers ?? []),
    ...(pod.spec?.initContainers ?? []).filter(({restartPolicy}) => restartPolicy === 'Always'),
  ]
  const ports = containers.flatMap(({ports = []}) =>
    ports.flatMap(({hostPort, hostIP, protocol}) =>
      hostPort ? [{port: hostPort, ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP'}] : [],
    ),
  )
  return ports.length === 0 ? noPorts : ports
}

const claimsOf = (pod: DeepReadonly<Pod>): readonly string[] => {
  const names = (pod.spec?.volumes ?? []).flatMap(({name, persistentVolumeClaim, ephemeral}) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName]
    return ephemeral ? [`${pod.metadata?.name}-${name}`] : []
  })
  return names.length === 0 ? noClaims : names
}

const termOf = (pod: Cached<Pod>, term: DeepReadonly<PodAffinityTerm>): AffinityTerm => {
  const {matchLabelKeys, mismatchLabelKeys} = term
  const selector = narrowed(term.labelSelector, pod.metadata.labels, {same: matchLabelKeys, other: mismatchLabelKeys})
  const namespaceSelector = term.namespaceSelector ? labelSelector(term.namespaceSelector) : nothing
  const own = !term.namespaces?.length && !term.namespaceSelector ? [pod.metadata.namespace ?? ''] : []
  const namespaces = new Set([...own, ...(term.namespaces ?? [])])
  const text = [term.topologyKey, [...namespaces].sort().join(), namespaceSelector.text, selector.text].join('|')
  return {text, topologyKey: term.topologyKey, namespaces, namespaceSelector, selector}
}

interface AffinityRules {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly DeepReadonly<PodAffinityTerm>[] | undefined
  readonly preferredDuringSchedulingIgnoredDuringExecution?:
    | readonly {readonly weight: number; readonly podAffinityTerm: DeepReadonly<PodAffinityTerm>}[]
    | undefined
}

const termsOf = (pod: Cached<Pod>, rules: AffinityRules | undefined): AffinityTerms => {
  if (!rules) return none
  return {
    required: (rules.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => termOf(pod, term)),
    preferred: (rules.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({weight, podAffinityTerm}) => ({
      weight,
      term: termOf(pod, podAffinityTerm),
    })),
  }
}

export const podInfo = (pod: Cached<Pod>): PodInfo => ({
  pod,
  uid: pod.metadata.uid,
  key: keyOf(pod),
  namespace: pod.metadata.namespace ?? '',
  labels: pod.metadata.labels ?? noLabels,
  priority: pod.spec?.priority ?? 0,
  requests: podRequests(pod),
  nonZeroRequests: podNonZeroRequests(pod),
  ports: portsOf(pod),
  affinity: termsOf(pod, pod.spec?.affinity?.podAffinity),
  antiAffinity: termsOf(pod, pod.spec?.affinity?.podAntiAffinity),
  claims: claimsOf(pod),
})

/** Whether the term speaks about this pod. */
export const termMatches = (
  term: AffinityTerm,
  pod: Pick<PodInfo, 'namespace' | 'labels'>,
  namespaceLabels: (namespace: string) => DeepReadonly<{[key: string]: string}> | undefined,
): boolean => {
  if (!term.selector.matches(pod.labels)) return false
  if (term.namespaces.has(pod.namespace)) return true
  if (term.namespaceSelector === nothing) return false
  return term.namespaceSelector === everything || term.namespaceSelector.matches(namespaceLabels(pod.namespace))
}
