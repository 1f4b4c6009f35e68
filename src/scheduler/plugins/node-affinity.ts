// Node selectors and node affinity: where a pod has to go, and where it would rather.
import {matchesRequiredNodes, requiresNodes} from '../../api/scheduling/node-affinity.ts'
import {matchesNode} from '../../api/scheduling/selector.ts'
import {type Hint, normalizeToHighest, type Plugin, rejection} from '../framework.ts'
import type {PodInfo} from '../pod-info.ts'

const NAME = 'NodeAffinity'
const mismatch = rejection(NAME, "node(s) didn't match Pod's node affinity/selector", {resolvable: false})
const conflict = rejection(NAME, 'pod affinity terms conflict', {resolvable: false})

/** The nodes that are asked for by name, when every alternative does so (as those of DaemonSets do). */
const namedNodes = ({pod}: PodInfo): ReadonlySet<string> | undefined => {
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (!terms?.length) return undefined
  const names = new Set<string>()
  for (const {matchFields} of terms) {
    const named = (matchFields ?? []).filter(({key, operator}) => key === 'metadata.name' && operator === 'In')
    if (named.length === 0) return undefined
    const [first, ...rest] = named.map(({values}) => new Set(values ?? []))
    for (const name of first ?? []) if (rest.every((others) => others.has(name))) names.add(name)
  }
  return names
}

const fitsNow: Hint = ({pod}, event) => {
  if (event.kind !== 'node-added' && event.kind !== 'node-changed') return false
  if (event.kind === 'node-changed' && !event.aspects.has('labels')) return false
  return matchesRequiredNodes(pod, {name: event.node.metadata?.name ?? '', labels: event.node.metadata?.labels})
}

export const nodeAffinity: Plugin = {
  name: NAME,
  weight: 2,
  filter: (info) => {
    if (!requiresNodes(info.pod)) return undefined
    const only = namedNodes(info)
    if (only?.size === 0) return conflict
    return {
      ...(only ? {only} : {}),
      check: (node) => (matchesRequiredNodes(info.pod, node) ? undefined : mismatch),
    }
  },
  score: ({pod}) => {
    const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution
    if (!preferred?.length) return undefined
    return {
      score: (node) => {
        let sum = 0
        for (const {preference, weight} of preferred)
          if (matchesNode(preference.matchExpressions, preference.matchFields, node)) sum += weight
        return sum
      },
      normalize: (scores) => normalizeToHighest(scores, {reverse: false}),
    }
  },
  wakes: {'node-added': fitsNow, 'node-changed': fitsNow, 'own-change': () => true},
}
