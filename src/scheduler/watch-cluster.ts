// Turns changes of objects into changes of the scheduler's picture, and tells the queue what happened.

import type {KubeObject} from '../api/object.ts'
import type {Resource} from '../api/resource.ts'
import {
  csiNodes,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '../api/resources.ts'
import type {Namespace, Node, Pod} from '../api/schema/types.gen.ts'
import type {Cached, Change, InformerSource} from '../reconcile/contract.ts'
import type {Cluster} from './cluster.ts'
import {type ClusterEvent, changedAspects} from './events.ts'
import {type PodInfo, podInfo} from './pod-info.ts'
import type {SchedulingQueue} from './queue.ts'

const isOver = (pod: Cached<Pod>): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
/** It takes room on a node: bound and not at its end. */
const isPlaced = (pod: Cached<Pod> | undefined): boolean =>
  pod !== undefined && Boolean(pod.spec?.nodeName) && !isOver(pod)

/** What the scheduler reads of a placed pod. The rest of its status changes often and means nothing here. */
const isSameToUs = (pod: Cached<Pod>, previous: Cached<Pod>): boolean =>
  pod.metadata.generation === previous.metadata.generation &&
  pod.metadata.deletionTimestamp === previous.metadata.deletionTimestamp &&
  JSON.stringify(pod.metadata.labels) === JSON.stringify(previous.metadata.labels) &&
  pod.status?.containerStatuses?.some(({resources}) => resources) ===
    previous.status?.containerStatuses?.some(({resources}) => resources)

/** Of a waiting pod: everything but what the scheduler itself wrote. */
const isOnlyStatus = (pod: Cached<Pod>, previous: Cached<Pod>): boolean =>
  pod.metadata.generation === previous.metadata.generation &&
  JSON.stringify(pod.spec) === JSON.stringify(previous.spec) &&
  JSON.stringify(pod.metadata.labels) === JSON.stringify(previous.metadata.labels) &&
  JSON.stringify(pod.metadata.annotations) === JSON.stringify(previous.metadata.annotations)

export interface WatchedCluster {
  readonly informers: InformerSource
  readonly cluster: Cluster
  readonly queue: SchedulingQueue
  readonly schedulerName: string
}

export class ClusterWatch implements Disposable {
  readonly #parts: WatchedCluster
  readonly #stop: (() => void)[] = []

  constructor(parts: WatchedCluster) {
    this.#parts = parts
    const {informers} = parts
    this.#stop.push(
      informers.informer(nodes).onChange((change) => this.#node(change)),
      informers.informer(pods).onChange((change) => this.#pod(change)),
      informers.informer(namespaces).onChange((change) => this.#namespace(change)),
    )
    this.#forward(persistentVolumeClaims, 'claim-changed')
    this.#forward(persistentVolumes, 'volume-changed')
    this.#forward(storageClasses, 'class-changed')
    this.#forward(csiNodes, 'node-storage-changed')
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stop) stop()
  }

  #forward<T extends KubeObject>(
    resource: Resource<T>,
    kind: 'claim-changed' | 'volume-changed' | 'class-changed' | 'node-storage-changed',
  ): void {
    const {informers, queue} = this.#parts
    this.#stop.push(
      informers.informer(resource).onChange(({type, object}) => {
        if (type !== 'deleted') queue.moveOn({kind, object} as ClusterEvent)
      }),
    )
  }

  #node({type, object, previous}: Change<Node>): void {
    const {cluster, queue} = this.#parts
    if (type === 'deleted') {
      cluster.removeNode(object.metadata.name)
      queue.moveOn({kind: 'node-removed', node: object})
      return
    }
    if (!previous || !cluster.node(object.metadata.name)) {
      cluster.setNode(object)
      queue.moveOn({kind: 'node-added', node: object})
      return
    }
    const aspects = changedAspects(object, previous)
    cluster.setNode(object)
    if (aspects.size > 0) queue.moveOn({kind: 'node-changed', node: object, previous, aspects})
  }

  #namespace({object, previous}: Change<Namespace>): void {
    if (JSON.stringify(object.metadata.labels) === JSON.stringify(previous?.metadata.labels)) return
    if (previous) this.#parts.cluster.matches.forget()
    this.#parts.queue.moveOn({kind: 'namespace-changed', object})
  }

  #pod({type, object, previous}: Change<Pod>): void {
    // The same name again under another uid, with the deletion in between unseen.
    if (previous && previous.metadata.uid !== object.metadata.uid) this.#gone(previous)
    if (type === 'deleted') {
      this.#gone(object)
      return
    }
    const before = previous?.metadata.uid === object.metadata.uid ? previous : undefined
    if (isPlaced(object)) this.#placed(object, before)
    else if (isOver(object) || object.spec?.nodeName) this.#gone(object)
    else this.#waiting(object, before)
  }

  #placed(pod: Cached<Pod>, previous: Cached<Pod> | undefined): void {
    const {cluster, queue} = this.#parts
    const nodeName = pod.spec?.nodeName ?? ''
    const known = cluster.placeOf(pod.metadata.uid)
    const before = known?.pods.get(pod.metadata.uid)
    if (before && known?.name === nodeName && isSameToUs(pod, before.pod)) {
      before.pod = pod
      if (!isPlaced(previous)) this.#confirmed(before)
      return
    }
    const info = podInfo(pod)
    cluster.place(info, nodeName)
    if (!before || !isPlaced(previous)) this.#confirmed(info)
    else queue.moveOn({kind: 'pod-changed', pod: info, previous: before})
  }

  /** It is where it was assumed to go, or somebody else put it there. */
  #confirmed(info: PodInfo): void {
    const {cluster, queue} = this.#parts
    queue.remove(info.key)
    cluster.withdraw(info.uid)
    queue.moveOn({kind: 'pod-placed', pod: info})
  }

  #gone(pod: Cached<Pod>): void {
    const {cluster, queue} = this.#parts
    const {uid} = pod.metadata
    cluster.withdraw(uid)
    const node = cluster.placeOf(uid)
    const info = cluster.displace(uid)
    if (info && node) queue.moveOn({kind: 'pod-gone', pod: info, nodeName: node.name})
    else this.#leave(pod)
  }

  #leave(pod: Cached<Pod>): void {
    const {namespace, name} = pod.metadata
    this.#parts.queue.remove(namespace ? `${namespace}/${name}` : name)
  }

  #waiting(pod: Cached<Pod>, previous: Cached<Pod> | undefined): void {
    const {cluster, queue, schedulerName} = this.#parts
    if ((pod.spec?.schedulerName ?? schedulerName) !== schedulerName) return
    if (pod.metadata.deletionTimestamp) {
      cluster.withdraw(pod.metadata.uid)
      this.#leave(pod)
      return
    }
    // Assumed: its binding is on the way.
    if (cluster.placeOf(pod.metadata.uid)) return
    const info = podInfo(pod)
    this.#nominate(info)
    if (previous && queue.has(info.key) && isOnlyStatus(pod, previous)) queue.refresh(info)
    else if (previous) queue.update(info, {kind: 'own-change', pod, previous})
    else queue.add(info)
  }

  #nominate(info: PodInfo): void {
    const nodeName = info.pod.status?.nominatedNodeName
    if (nodeName) this.#parts.cluster.nominate(info, nodeName)
  }
}
