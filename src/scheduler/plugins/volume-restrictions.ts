// A claim with ReadWriteOncePod is for one pod; some disks can be attached to one pod at a time.
import type {DeepReadonly} from '../../api/object.ts'
import type {Volume} from '../../api/schema/types.gen.ts'
import type {Cluster} from '../cluster.ts'
import {type FilterRun, type Plugin, type Rejection, rejection} from '../framework.ts'
import type {NodeInfo} from '../node-info.ts'
import type {PodInfo} from '../pod-info.ts'

const NAME = 'VolumeRestrictions'
const diskConflict = rejection(NAME, 'node(s) had no available disk', {resolvable: true})
const claimInUse = rejection(
  NAME,
  'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
  {resolvable: true},
)

/** What the volume is, for those that are attached exclusively; and whether both may read it. */
const diskOf = ({gcePersistentDisk, awsElasticBlockStore, iscsi, rbd}: DeepReadonly<Volume>) => {
  if (gcePersistentDisk) return {id: `gce/${gcePersistentDisk.pdName}`, shared: gcePersistentDisk.readOnly ?? false}
  if (awsElasticBlockStore) return {id: `aws/${awsElasticBlockStore.volumeID}`, shared: false}
  if (iscsi) return {id: `iscsi/${iscsi.iqn}`, shared: iscsi.readOnly ?? false}
  if (rbd) return {id: `rbd/${rbd.pool ?? 'rbd'}/${rbd.image}`, shared: rbd.readOnly ?? false}
  return undefined
}

const disksOf = ({pod}: PodInfo) => (pod.spec?.volumes ?? []).flatMap((volume) => diskOf(volume) ?? [])

const conflicts = (disks: ReturnType<typeof disksOf>, node: NodeInfo): boolean => {
  for (const other of node.pods.values())
    for (const theirs of disksOf(other))
      if (disks.some(({id, shared}) => id === theirs.id && !(shared && theirs.shared))) return true
  return false
}

const isExclusive = (pod: PodInfo, cluster: Cluster, name: string): boolean =>
  cluster.sources.volumes.claim(pod.namespace, name)?.spec?.accessModes?.includes('ReadWriteOncePod') ?? false

const filterRun = (pod: PodInfo, cluster: Cluster): FilterRun | Rejection | undefined => {
  const disks = disksOf(pod)
  const exclusive = pod.claims.filter((name) => isExclusive(pod, cluster, name))
  const isUsed = exclusive.some((name) => cluster.claimUsers(pod.namespace, name) > 0)
  if (disks.length === 0 && !isUsed) return undefined
  return {
    check: (node) => {
      if (disks.length > 0 && conflicts(disks, node)) return diskConflict
      return isUsed ? claimInUse : undefined
    },
  }
}

export const volumeRestrictions: Plugin = {
  name: NAME,
  filter: filterRun,
  wakes: {
    'pod-gone': (pod, event) =>
      event.kind === 'pod-gone' &&
      (event.pod.namespace !== pod.namespace ||
        event.pod.claims.some((name) => pod.claims.includes(name)) ||
        disksOf(event.pod).length > 0),
    'node-added': () => true,
    'claim-changed': () => true,
  },
}
