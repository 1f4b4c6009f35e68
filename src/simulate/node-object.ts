// The Node object of a simulated node: what a kubelet on that machine would have registered and posted.
import {createHash} from 'node:crypto'
import type {DeepReadonly} from '../api/object.ts'
import type {Node, NodeCondition, NodeStatus, Taint} from '../api/schema/types.gen.ts'
import {PREFIX} from './behaviour.ts'

export interface NodeSpecOptions {
  readonly count: number
  /** Nodes are called `<prefix>1`, `<prefix>2` ... Default: `node-`. */
  readonly namePrefix?: string | undefined
  readonly cpu?: string | undefined
  readonly memory?: string | undefined
  readonly pods?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly taints?: readonly Taint[] | undefined
}

const KUBELET_VERSION = 'v1.36.2'
/** Marks a Node that somebody else created (`mini node add --simulated`) as one to run here. */
export const SIMULATED = `${PREFIX}node`
/** The same mark as another simulator's manifests have it. */
const KWOK = 'kwok.x-k8s.io/node'

export const isMarked = (node: DeepReadonly<Node>): boolean => {
  const annotations = node.metadata?.annotations
  return annotations?.[SIMULATED] === 'true' || annotations?.[KWOK] === 'fake'
}

export const capacityOf = ({cpu, memory, pods}: Partial<NodeSpecOptions>): Record<string, string> => ({
  cpu: cpu ?? '4',
  memory: memory ?? '8Gi',
  pods: pods ?? '110',
  'ephemeral-storage': '100Gi',
})

const platformLabels = (name: string): Record<string, string> => ({
  'kubernetes.io/hostname': name,
  'kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'beta.kubernetes.io/arch': 'amd64',
})

export const newNode = (name: string, options: NodeSpecOptions): Node => ({
  metadata: {name, labels: {...platformLabels(name), ...options.labels}},
  ...(options.taints?.length ? {spec: {taints: options.taints.map((taint) => ({...taint}))}} : {}),
})

const health = (ready: boolean): readonly Omit<NodeCondition, 'lastHeartbeatTime' | 'lastTransitionTime'>[] => [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
  ready
    ? {type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status'}
    : {
        type: 'Ready',
        status: 'False',
        reason: 'KubeletNotReady',
        message: 'container runtime is down',
      },
]

const conditionsAt = (node: DeepReadonly<Node>, ready: boolean, now: string): NodeCondition[] => {
  const before = new Map((node.status?.conditions ?? []).map((condition) => [condition.type, condition]))
  return health(ready).map((condition) => {
    const old = before.get(condition.type)
    const since = old?.status === condition.status ? old.lastTransitionTime : undefined
    return {...condition, lastHeartbeatTime: now, lastTransitionTime: since ?? now}
  })
}

export interface NodePlace {
  readonly address: string
  readonly capacity: Readonly<Record<string, string>>
  /** Where its kubelet's API answers, when it does. */
  readonly kubeletPort?: number | undefined
}

export const nodeStatus = (node: DeepReadonly<Node>, place: NodePlace, now: string): NodeStatus => {
  const name = node.metadata?.name ?? ''
  const ident = createHash('md5').update(name).digest('hex')
  const ready = node.metadata?.annotations?.[`${PREFIX}ready`] !== 'false'
  return {
    capacity: {...place.capacity},
    allocatable: {...place.capacity, ...node.status?.allocatable},
    conditions: conditionsAt(node, ready, now),
    addresses: [
      {type: 'InternalIP', address: place.address},
      {type: 'Hostname', address: name},
    ],
    ...(place.kubeletPort ? {daemonEndpoints: {kubeletEndpoint: {Port: place.kubeletPort}}} : {}),
    nodeInfo: {
      machineID: ident,
      systemUUID: ident,
      bootID: ident,
      kernelVersion: '6.1.0',
      osImage: 'Simulated Linux',
      containerRuntimeVersion: 'containerd://2.0.0',
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  }
}
