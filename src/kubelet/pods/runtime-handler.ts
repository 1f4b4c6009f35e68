// Which of the runtime's configurations a pod runs under: its RuntimeClass names one.
import {runtimeClasses} from '../../api/resources.ts'
import type {Kubelet} from '../kubelet.ts'
import type {ThePod} from './types.ts'

export const runtimeHandlerOf = ({options}: Pick<Kubelet, 'options'>, {spec}: ThePod): string => {
  const name = spec?.runtimeClassName
  if (!name) return ''
  const found = options.informers.informer(runtimeClasses).cache.get({name})
  if (!found)
    throw new Error(`failed to get RuntimeClass ${name}: runtimeclass.node.k8s.io ${JSON.stringify(name)} not found`)
  return found.handler
}
