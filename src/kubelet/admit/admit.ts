// Whether this node takes a pod that was given to it, by the scheduler or past it. Pure.
import type {DeepReadonly} from '../../api/object.ts'
import {matchesRequiredNodes} from '../../api/scheduling/node-affinity.ts'
import {isTolerated} from '../../api/scheduling/taints.ts'
import type {Taint} from '../../api/schema/types.gen.ts'
import {qosOf} from '../containers/resources.ts'
import {isCritical} from '../eviction/evictor.ts'
import {containersOf, type ThePod} from '../pods/types.ts'
import {wantsAppArmor} from './app-armor.ts'
import {type Allocatable, shortageOf, shortageText} from './fit.ts'
import {forbiddenSysctl} from './sysctls.ts'

export interface NodeScene {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly DeepReadonly<Taint>[]
  readonly allocatable: Allocatable
  /** Conditions that hold: MemoryPressure, DiskPressure, PIDPressure. */
  readonly pressures: ReadonlySet<string>
  /** It takes nobody any more. */
  readonly goingDown: boolean
  readonly allowedUnsafeSysctls: readonly string[]
  readonly hasAppArmor: boolean
}

export interface Rejection {
  readonly reason: string
  readonly message: string
}

const memoryTaint: Taint = {key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule'}

/** Short of memory alone, pods that say what they need may still come. */
const underPressure = (pod: ThePod, {pressures}: NodeScene): Rejection | undefined => {
  if (pressures.size === 0 || isCritical(pod)) return undefined
  const onlyMemory = pressures.size === 1 && pressures.has('MemoryPressure')
  if (onlyMemory && (qosOf(pod) !== 'BestEffort' || isTolerated(memoryTaint, pod.spec?.tolerations))) return undefined
  return {reason: 'Evicted', message: `The node had condition: [${[...pressures].join(' ')}]. `}
}

const hostPortsOf = (pod: ThePod): string[] =>
  containersOf(pod).flatMap(({ports = []}) =>
    ports.flatMap(({hostIP, hostPort, protocol = 'TCP'}) =>
      hostPort ? [`${protocol}/${hostPort}/${hostIP || '0.0.0.0'}`] : [],
    ),
  )

const portsClash = (pod: ThePod, others: readonly ThePod[]): boolean => {
  const taken = others.flatMap(hostPortsOf)
  return hostPortsOf(pod).some((port) => {
    const [protocol, number, ip] = port.split('/')
    return taken.some((other) => {
      const [otherProtocol, otherNumber, otherIp] = other.split('/')
      const meets = ip === otherIp || ip === '0.0.0.0' || otherIp === '0.0.0.0'
      return protocol === otherProtocol && number === otherNumber && meets
    })
  })
}

const predicate = (name: string, why: string): Rejection => ({
  reason: name,
  message: `Predicate ${name} failed: ${why}`,
})

/** `others`: what else runs here. */
export const rejectionOf = (pod: ThePod, others: readonly ThePod[], node: NodeScene): Rejection | undefined => {
  if (node.goingDown) return {reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.'}
  const pressed = underPressure(pod, node)
  if (pressed) return pressed
  const sysctl = forbiddenSysctl(pod, node.allowedUnsafeSysctls)
  if (sysctl) return {reason: 'SysctlForbidden', message: sysctl}
  if (!node.hasAppArmor && wantsAppArmor(pod))
    return {reason: 'AppArmor', message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host'}
  const os = pod.spec?.os?.name
  if (os && os !== 'linux')
    return {
      reason: 'PodOSNotSupported',
      message: "Failed to admit pod as the OS field doesn't match node OS",
    }
  const shortage = shortageOf(pod, others, node.allocatable)
  if (shortage) return {reason: `OutOf${shortage.resource}`, message: shortageText(shortage)}
  if (!matchesRequiredNodes(pod, node))
    return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
  if (portsClash(pod, others))
    return predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports")
  const taint = node.taints.find(({effect}) => effect === 'NoExecute')
  const tolerates = node.taints.every((one) => one.effect !== 'NoExecute' || isTolerated(one, pod.spec?.tolerations))
  return taint && !tolerates ? predicate('TaintToleration', 'node(s) had untolerated taint(s)') : undefined
}
