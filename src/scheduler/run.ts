// The scheduler as the daemon runs it. See README.md.

import type {Resource} from '../api/resource.ts'
import {
  csiNodes,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  services,
  statefulSets,
  storageClasses,
} from '../api/resources.ts'
import {Cluster} from './cluster.ts'
import {SCHEDULER_NAME, type SchedulerOptions} from './options.ts'
import {Scheduler} from './scheduler.ts'
import {siblingsOf} from './siblings.ts'
import {volumesOf} from './volumes.ts'
import {ClusterWatch} from './watch-cluster.ts'

/** What has to be known before the first decision. */
const needed = [
  nodes,
  namespaces,
  persistentVolumes,
  persistentVolumeClaims,
  storageClasses,
  csiNodes,
  services,
  replicaSets,
  statefulSets,
  replicationControllers,
  podDisruptionBudgets,
  pods,
] as unknown as readonly Resource[]

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), {once: true})
  })

/** Settles after the signal is aborted and the bindings under way have ended. */
export const runScheduler = async (options: SchedulerOptions): Promise<void> => {
  const {informers, signal} = options
  const namespaceCache = informers.informer(namespaces).cache
  const cluster = new Cluster({
    namespaceLabels: (name) => namespaceCache.getByKey(name)?.metadata.labels,
    siblings: siblingsOf(informers),
    volumes: volumesOf(informers),
  })
  try {
    await Promise.all(needed.map((resource) => informers.informer(resource).synced(signal)))
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  await using scheduler = new Scheduler(options, cluster)
  using _watch = new ClusterWatch({
    informers,
    cluster,
    queue: scheduler.queue,
    schedulerName: options.name ?? SCHEDULER_NAME,
  })
  await aborted(signal)
}
