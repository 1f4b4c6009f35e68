// A volume that carries zone or region labels is reached from nodes with the same.
import type {Cluster} from '../cluster.ts'
import {type FilterRun, type Plugin, rejection} from '../framework.ts'
import type {PodInfo} from '../pod-info.ts'

const NAME = 'VolumeZone'
const elsewhere = rejection(NAME, 'node(s) had no available volume zone', {resolvable: false})

const KEYS = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]

/** A volume in several zones has them in one label, joined by `__`. */
const zonesOf = (pod: PodInfo, cluster: Cluster): {key: string; values: readonly string[]}[] =>
  pod.claims.flatMap((name) => {
    const volumeName = cluster.sources.volumes.claim(pod.namespace, name)?.spec?.volumeName
    const labels = cluster.sources.volumes.volume(volumeName ?? '')?.metadata.labels
    return KEYS.flatMap((key) => (labels?.[key] === undefined ? [] : [{key, values: labels[key].split('__')}]))
  })

const filterRun = (pod: PodInfo, cluster: Cluster): FilterRun | undefined => {
  const zones = zonesOf(pod, cluster)
  if (zones.length === 0) return undefined
  return {
    check: ({labels}) => {
      if (!KEYS.some((key) => labels?.[key] !== undefined)) return undefined
      return zones.every(({key, values}) => values.includes(labels?.[key] ?? '')) ? undefined : elsewhere
    },
  }
}

export const volumeZone: Plugin = {
  name: NAME,
  filter: filterRun,
  wakes: {
    'node-added': () => true,
    'node-changed': (_pod, event) => event.kind === 'node-changed' && event.aspects.has('labels'),
    'claim-changed': () => true,
    'volume-changed': () => true,
    'class-changed': () => true,
  },
}
