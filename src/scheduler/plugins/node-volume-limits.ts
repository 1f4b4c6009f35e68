// How many volumes of a CSI driver a node can have attached.
import type {Cluster} from '../cluster.ts'
import {type FilterRun, type Plugin, rejection} from '../framework.ts'
import type {NodeInfo} from '../node-info.ts'
import type {PodInfo} from '../pod-info.ts'

const NAME = 'NodeVolumeLimits'
const exceeded = rejection(NAME, 'node(s) exceed max volume count', {resolvable: true})

/** Driver and handle of every CSI volume the pod uses; a claim that is not bound yet counts by its class's driver. */
const attachmentsOf = (pod: PodInfo, cluster: Cluster): Map<string, string> => {
  const {volumes} = cluster.sources
  const found = new Map<string, string>()
  for (const name of pod.claims) {
    const claim = volumes.claim(pod.namespace, name)
    const source = volumes.volume(claim?.spec?.volumeName ?? '')?.spec?.csi
    if (source) found.set(`${source.driver}/${source.volumeHandle}`, source.driver)
    else if (claim && !claim.spec?.volumeName) {
      const driver = volumes.storageClass(claim.spec?.storageClassName ?? '')?.provisioner
      if (driver) found.set(`${driver}/${pod.namespace}/${name}`, driver)
    }
  }
  return found
}

const limitsOf = (node: NodeInfo, cluster: Cluster): Map<string, number> =>
  new Map(
    (cluster.sources.volumes.csiNode(node.name)?.spec?.drivers ?? []).flatMap(({name, allocatable}) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count] as const],
    ),
  )

const exceeds = (wanted: ReadonlyMap<string, string>, node: NodeInfo, cluster: Cluster): boolean => {
  const limits = limitsOf(node, cluster)
  if (limits.size === 0) return false
  const attached = new Map<string, string>()
  for (const pod of node.pods.values()) for (const [id, driver] of attachmentsOf(pod, cluster)) attached.set(id, driver)
  const counts = new Map<string, number>()
  for (const driver of attached.values()) counts.set(driver, (counts.get(driver) ?? 0) + 1)
  for (const [id, driver] of wanted) if (!attached.has(id)) counts.set(driver, (counts.get(driver) ?? 0) + 1)
  return [...new Set(wanted.values())].some((driver) => (counts.get(driver) ?? 0) > (limits.get(driver) ?? Infinity))
}

const filterRun = (pod: PodInfo, cluster: Cluster): FilterRun | undefined => {
  if (pod.claims.length === 0) return undefined
  const wanted = attachmentsOf(pod, cluster)
  if (wanted.size === 0) return undefined
  return {check: (node) => (exceeds(wanted, node, cluster) ? exceeded : undefined)}
}

export const nodeVolumeLimits: Plugin = {
  name: NAME,
  filter: filterRun,
  wakes: {
    'node-storage-changed': () => true,
    'pod-gone': (_pod, event) => event.kind === 'pod-gone' && event.pod.claims.length > 0,
    'claim-changed': () => true,
  },
}
