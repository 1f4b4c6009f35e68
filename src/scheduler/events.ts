// What happens in the cluster that may let a waiting pod be placed.
import type {DeepReadonly, KubeObject} from '../api/object.ts'
import type {Node, Pod} from '../api/schema/types.gen.ts'
import type {PodInfo} from './pod-info.ts'

export type ClusterEvent =
  | {readonly kind: 'node-added'; readonly node: DeepReadonly<Node>}
  | {
      readonly kind: 'node-changed'
      readonly node: DeepReadonly<Node>
      readonly previous: DeepReadonly<Node>
      readonly aspects: ReadonlySet<NodeAspect>
    }
  | {readonly kind: 'node-removed'; readonly node: DeepReadonly<Node>}
  | {readonly kind: 'pod-placed'; readonly pod: PodInfo}
  | {readonly kind: 'pod-changed'; readonly pod: PodInfo; readonly previous: PodInfo}
  | {readonly kind: 'pod-gone'; readonly pod: PodInfo; readonly nodeName: string}
  | {readonly kind: 'own-change'; readonly pod: DeepReadonly<Pod>; readonly previous: DeepReadonly<Pod>}
  | {readonly kind: 'claim-changed'; readonly object: DeepReadonly<KubeObject>}
  | {readonly kind: 'volume-changed'; readonly object: DeepReadonly<KubeObject>}
  | {readonly kind: 'class-changed'; readonly object: DeepReadonly<KubeObject>}
  | {readonly kind: 'node-storage-changed'; readonly object: DeepReadonly<KubeObject>}
  | {readonly kind: 'namespace-changed'; readonly object: DeepReadonly<KubeObject>}
  | {readonly kind: 'device-changed'; readonly object: DeepReadonly<KubeObject>}

export type ClusterEventKind = ClusterEvent['kind']

export type NodeAspect = 'allocatable' | 'labels' | 'taints' | 'unschedulable' | 'features'

const differs = (left: unknown, right: unknown): boolean =>
  left !== right && JSON.stringify(left ?? null) !== JSON.stringify(right ?? null)

/** Empty for a heartbeat: nobody has to be woken by it. */
export const changedAspects = (node: DeepReadonly<Node>, previous: DeepReadonly<Node>): ReadonlySet<NodeAspect> => {
  const aspects = new Set<NodeAspect>()
  if (differs(node.status?.allocatable, previous.status?.allocatable)) aspects.add('allocatable')
  if (differs(node.metadata?.labels, previous.metadata?.labels)) aspects.add('labels')
  if (differs(node.spec?.taints, previous.spec?.taints)) aspects.add('taints')
  if ((node.spec?.unschedulable ?? false) !== (previous.spec?.unschedulable ?? false)) aspects.add('unschedulable')
  if (differs(node.status?.declaredFeatures, previous.status?.declaredFeatures)) aspects.add('features')
  return aspects
}
