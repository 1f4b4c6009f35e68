// The node as pods are judged by it: what the API has of it, and what the kubelet knows better.
import {nodes} from '../../api/resources.ts'
import type {Kubelet} from '../kubelet.ts'
import type {KubeletOptions} from '../options.ts'
import type {NodeScene} from './admit.ts'
import {hasAppArmor} from './app-armor.ts'

export const nodeScene = (
  {config, machine, options}: Kubelet,
  pressures: ReadonlySet<string>,
  goingDown: boolean,
): NodeScene => {
  const node = options.informers.informer(nodes).cache.get({name: options.nodeName})
  return {
    name: options.nodeName,
    labels: {...node?.metadata.labels},
    taints: node?.spec?.taints ?? [],
    allocatable: {...machine.allocatable, ...node?.status?.allocatable},
    pressures,
    goingDown,
    allowedUnsafeSysctls: config.allowedUnsafeSysctls,
    hasAppArmor: hasAppArmor(),
  }
}

/** Settles when the cache shows the node that this kubelet registered. */
export const ownNodeSeen = async ({informers, nodeName, signal}: KubeletOptions): Promise<void> => {
  const informer = informers.informer(nodes)
  await informer.synced(signal)
  if (informer.cache.get({name: nodeName})) return
  await new Promise<void>((resolve, reject) => {
    const leave = informer.onChange(({object}) => {
      if (object.metadata.name !== nodeName) return
      queueMicrotask(() => leave())
      resolve()
    })
    signal.addEventListener('abort', () => reject(signal.reason), {once: true})
  })
}
