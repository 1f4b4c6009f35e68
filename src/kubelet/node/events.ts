// What is told of the node itself. Kubernetes' kubelet names the node where its uid should be.
import type {EventType} from '../../reconcile/contract.ts'
import type {Kubelet} from '../kubelet.ts'

export const nodeEvent = ({events, options}: Kubelet, type: EventType, reason: string, message: string): void => {
  const {nodeName} = options
  events.record({apiVersion: 'v1', kind: 'Node', metadata: {name: nodeName, uid: nodeName}}, type, reason, message)
}

const words: Readonly<Record<string, {readonly True: string; readonly False: string}>> = {
  MemoryPressure: {True: 'NodeHasInsufficientMemory', False: 'NodeHasSufficientMemory'},
  DiskPressure: {True: 'NodeHasDiskPressure', False: 'NodeHasNoDiskPressure'},
  PIDPressure: {True: 'NodeHasInsufficientPID', False: 'NodeHasSufficientPID'},
  Ready: {True: 'NodeReady', False: 'NodeNotReady'},
}

/** Tells of every condition that is another one than before. */
export const tellTransitions = (
  kubelet: Kubelet,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): void => {
  for (const [type, status] of now) {
    const reason = status === 'True' || status === 'False' ? words[type]?.[status] : undefined
    if (reason && before.get(type) !== status)
      nodeEvent(kubelet, 'Normal', reason, `Node ${kubelet.options.nodeName} status is now: ${reason}`)
  }
}
