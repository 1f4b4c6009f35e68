// Nodes, pods and a cluster picture for the scheduler's tests: a base and what differs.

import {labelSelector} from '../../src/api/scheduling/selector.ts'
import type {
  Node,
  ObjectMeta,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  StorageClass,
} from '../../src/api/schema/types.gen.ts'
import type {Cached} from '../../src/reconcile/contract.ts'
import {Cluster} from '../../src/scheduler/cluster.ts'
import {type PodInfo, podInfo} from '../../src/scheduler/pod-info.ts'

let serial = 0

const stored = (kind: string, {name, ...metadata}: ObjectMeta) => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    ...metadata,
    uid: `uid-${++serial}`,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    name: name ?? `${kind.toLowerCase()}-${serial}`,
  },
})

export const nodeOf = (
  name: string,
  {labels, spec, status}: {labels?: Record<string, string>} & Omit<Node, 'metadata'> = {},
): Cached<Node> => ({
  ...stored('Node', {name, labels: {'kubernetes.io/hostname': name, ...labels}}),
  ...(spec ? {spec} : {}),
  status: {allocatable: {cpu: '4', memory: '8Gi', pods: '110'}, ...status},
})

export const podOf = (
  spec: Partial<PodSpec> = {},
  metadata: Partial<ObjectMeta> = {},
  status?: Pod['status'],
): PodInfo =>
  podInfo({
    ...stored('Pod', {namespace: 'default', ...metadata}),
    spec: {schedulerName: 'default-scheduler', containers: [{name: 'c', image: 'app:1'}], ...spec},
    ...(status ? {status} : {}),
  })

export const requesting = (requests: Record<string, string>): Partial<PodSpec> => ({
  containers: [{name: 'c', image: 'app:1', resources: {requests}}],
})

export interface Storage {
  readonly claims?: readonly PersistentVolumeClaim[]
  readonly volumes?: readonly PersistentVolume[]
  readonly classes?: readonly StorageClass[]
}

const named = <T extends {metadata?: ObjectMeta | undefined}>(
  kind: string,
  objects: readonly T[] = [],
): (T & Cached<T>)[] =>
  objects.map((object) => ({...object, ...stored(kind, object.metadata ?? {})}) as unknown as T & Cached<T>)

export const clusterOf = (nodes: readonly Cached<Node>[], {claims, volumes, classes}: Storage = {}): Cluster => {
  const allClaims = named('PersistentVolumeClaim', claims)
  const allVolumes = named('PersistentVolume', volumes)
  const allClasses = named('StorageClass', classes)
  const cluster = new Cluster({
    namespaceLabels: (name) => ({'kubernetes.io/metadata.name': name}),
    siblings: ({labels}) => (labels.app ? labelSelector({matchLabels: {app: labels.app}}) : undefined),
    volumes: {
      claim: (namespace, name) =>
        allClaims.find(({metadata}) => metadata.name === name && metadata.namespace === namespace),
      volume: (name) => allVolumes.find(({metadata}) => metadata.name === name),
      all: () => allVolumes,
      storageClass: (name) => allClasses.find(({metadata}) => metadata.name === name),
      csiNode: () => undefined,
      isPromised: () => false,
      promise: () => () => undefined,
      claimChange: () => Promise.resolve(),
    },
  })
  for (const node of nodes) cluster.setNode(node)
  return cluster
}
