// The Node object of this machine.
import {formatTime} from '../../api/meta/time.ts'
import type {DeepReadonly} from '../../api/object.ts'
import type {ContainerImage, Node, NodeCondition, NodeStatus} from '../../api/schema/types.gen.ts'
import type {Machine} from './machine.ts'
import type {RuntimeInfo} from './runtime-info.ts'

export const KUBERNETES_VERSION = 'v1.36.2'

export interface NodeFacts {
  readonly name: string
  readonly addresses: readonly string[]
  readonly machine: Machine
  readonly labels: Readonly<Record<string, string>>
  readonly runtimeVersion: string
  readonly images: readonly ContainerImage[]
  readonly runtime: RuntimeInfo
  /** Conditions that hold: MemoryPressure, DiskPressure, PIDPressure. */
  readonly pressures: ReadonlySet<string>
  readonly goingDown: boolean
}

export const newNode = ({labels, machine, name}: NodeFacts): Node => ({
  metadata: {
    name,
    labels: {
      'beta.kubernetes.io/arch': machine.architecture,
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': machine.architecture,
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      ...labels,
    },
    annotations: {'volumes.kubernetes.io/controller-managed-attach-detach': 'true'},
  },
  spec: {},
})

type Finding = readonly [type: string, status: 'True' | 'False', reason: string, message: string]

const pressures = ({pressures: holding}: NodeFacts): readonly Finding[] => [
  holding.has('MemoryPressure')
    ? ['MemoryPressure', 'True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available']
    : ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  holding.has('DiskPressure')
    ? ['DiskPressure', 'True', 'KubeletHasDiskPressure', 'kubelet has disk pressure']
    : ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  holding.has('PIDPressure')
    ? ['PIDPressure', 'True', 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available']
    : ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
]

const ready = ({goingDown, runtime}: NodeFacts): Finding => {
  const problem = runtime.problem ?? (goingDown ? 'node is shutting down' : undefined)
  return problem
    ? ['Ready', 'False', 'KubeletNotReady', problem]
    : ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status']
}

const conditions = (facts: NodeFacts, before: DeepReadonly<NodeCondition[]>, nowMs: number): NodeCondition[] =>
  [...pressures(facts), ready(facts)].map(([type, status, reason, message]) => {
    const old = before.find((condition) => condition.type === type)
    const since = old?.status === status ? old.lastTransitionTime : undefined
    return {
      type,
      status,
      reason,
      message,
      lastHeartbeatTime: formatTime(nowMs),
      lastTransitionTime: since ?? formatTime(nowMs),
    }
  })

export const nodeStatus = (facts: NodeFacts, before: DeepReadonly<NodeStatus>, nowMs: number): NodeStatus => {
  const {addresses, images, machine, name, runtime, runtimeVersion} = facts
  return {
    capacity: {...machine.capacity},
    allocatable: {...machine.allocatable},
    conditions: conditions(facts, before.conditions ?? [], nowMs),
    addresses: [...addresses.map((address) => ({type: 'InternalIP', address})), {type: 'Hostname', address: name}],
    daemonEndpoints: {kubeletEndpoint: {Port: 10250}},
    nodeInfo: {
      architecture: machine.architecture,
      bootID: machine.bootId,
      containerRuntimeVersion: runtimeVersion,
      kernelVersion: machine.kernelVersion,
      kubeProxyVersion: '',
      kubeletVersion: KUBERNETES_VERSION,
      machineID: machine.machineId,
      operatingSystem: 'linux',
      osImage: machine.osImage,
      systemUUID: machine.systemUuid,
    },
    images: images
      .slice(0, 50)
      .map(({names = [], sizeBytes}) => ({names: [...names], ...(sizeBytes === undefined ? {} : {sizeBytes})})),
    ...(runtime.handlers.length > 0 ? {runtimeHandlers: runtime.handlers.map((handler) => ({...handler}))} : {}),
    ...(runtime.features ? {features: {...runtime.features}} : {}),
  }
}
