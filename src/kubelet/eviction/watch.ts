// The evictor of a real node.
import type {ImageCollector} from '../images/collector.ts'
import {type Kubelet, podEvent} from '../kubelet.ts'
import {nodeEvent} from '../node/events.ts'
import type {PodWorker} from '../pods/worker.ts'
import type {PodWorkers} from '../pods/workers.ts'
import {Evictor} from './evictor.ts'
import {observeNode} from './observe.ts'
import {podDisk, podUses, storageUseOf} from './pod-use.ts'

const isActive = ({observed, pod}: PodWorker): boolean =>
  !pod.metadata.deletionTimestamp && observed.containers.some(({state}) => state === 'running')

export const nodeEvictor = (
  kubelet: Kubelet,
  workers: PodWorkers,
  images: ImageCollector,
  pressureChanged: () => void,
): Evictor =>
  new Evictor({
    config: kubelet.config,
    clock: kubelet.options.clock,
    observe: () => observeNode(kubelet),
    pods: () =>
      workers
        .all()
        .filter(isActive)
        .map(({pod}) => pod),
    uses: (pods) =>
      podUses(
        kubelet,
        pods.flatMap(({metadata}) => workers.get(metadata.uid) ?? []),
      ),
    storageUse: async (pod) => {
      const worker = workers.get(pod.metadata.uid)
      return storageUseOf(await podDisk(kubelet, pod, worker?.observed ?? {sandboxes: [], containers: []}))
    },
    reclaimDisk: async () => {
      nodeEvent(kubelet, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim ephemeral-storage')
      await images.removeUnused()
    },
    evict: (pod, {annotations, message}, graceSeconds, signal) => {
      kubelet.metrics.count('kubelet_evictions', {eviction_signal: signal})
      podEvent(kubelet, pod, 'Warning', 'Evicted', message, annotations)
      const disruption = {reason: 'TerminationByKubelet', message}
      workers.get(pod.metadata.uid)?.fail({reason: 'Evicted', message, graceSeconds, disruption})
    },
    pressureChanged,
  })
