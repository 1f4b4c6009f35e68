// What one object counts for in a ResourceQuota. Used where objects are admitted and where usage is added up.
import {parseQuantity, type Quantity, quantityOf} from '../meta/quantity.ts'
import type {DeepReadonly, KubeObject} from '../object.ts'
import {groupResourceOf, type Resource} from '../resource.ts'
import type {PersistentVolumeClaim, Pod, Service} from '../schema/types.gen.ts'
import {plus, podAmounts, type Quantities} from './pod-amounts.ts'

/** Kinds that were counted by their own name before `count/` was. */
const named = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'services',
])
const one = quantityOf(1)

export const usageOf = (
  resource: Pick<Resource, 'group' | 'plural'>,
  object: DeepReadonly<KubeObject>,
  nowMs: number,
): Quantities => {
  const name = groupResourceOf(resource)
  const count: Record<string, Quantity> = {[`count/${name}`]: one}
  switch (name) {
    case 'pods':
      return plus(count, podUsage(object as DeepReadonly<Pod>, nowMs))
    case 'services':
      return {...count, ...serviceUsage(object as DeepReadonly<Service>)}
    case 'persistentvolumeclaims':
      return {...count, ...claimUsage(object as DeepReadonly<PersistentVolumeClaim>)}
    default:
      return named.has(name) ? {...count, [name]: one} : count
  }
}

/** A pod that has ended, or should have by now, takes nothing any more. */
const isCounted = ({metadata, status}: DeepReadonly<Pod>, nowMs: number): boolean => {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false
  const {deletionTimestamp, deletionGracePeriodSeconds} = metadata ?? {}
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true
  return nowMs <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000
}

const plain = new Set(['cpu', 'memory', 'ephemeral-storage'])

const podUsage = (pod: DeepReadonly<Pod>, nowMs: number): Quantities => {
  if (!isCounted(pod, nowMs)) return {}
  const usage: Record<string, Quantity> = {pods: one}
  for (const [name, value] of Object.entries(podAmounts(pod, 'requests'))) {
    if (plain.has(name) || name.startsWith('hugepages-')) usage[name] = value
    if (plain.has(name) || name.startsWith('hugepages-') || name.includes('/')) usage[`requests.${name}`] = value
  }
  for (const [name, value] of Object.entries(podAmounts(pod, 'limits')))
    if (plain.has(name)) usage[`limits.${name}`] = value
  return usage
}

const serviceUsage = ({spec}: DeepReadonly<Service>): Quantities => {
  const ports = spec?.ports ?? []
  const isBalanced = spec?.type === 'LoadBalancer'
  const allocated =
    spec?.type === 'NodePort' || (isBalanced && spec?.allocateLoadBalancerNodePorts !== false)
      ? ports.length
      : ports.filter(({nodePort}) => nodePort).length
  return {
    services: one,
    'services.loadbalancers': quantityOf(isBalanced ? 1 : 0),
    'services.nodeports': quantityOf(isBalanced || spec?.type === 'NodePort' ? allocated : 0),
  }
}

const claimUsage = ({metadata, spec}: DeepReadonly<PersistentVolumeClaim>): Quantities => {
  const storage = parseQuantity(spec?.resources?.requests?.storage ?? '0')
  const storageClass = spec?.storageClassName ?? metadata?.annotations?.['volume.beta.kubernetes.io/storage-class']
  const prefix = `${storageClass}.storageclass.storage.k8s.io/`
  return {
    persistentvolumeclaims: one,
    'requests.storage': storage,
    ...(storageClass ? {[`${prefix}persistentvolumeclaims`]: one, [`${prefix}requests.storage`]: storage} : {}),
  }
}

/** The resource whose objects a name in a quota counts: `groupResource`, or undefined for one nobody counts. */
export const countedResource = (name: string): string | undefined => {
  if (name.startsWith('count/')) return name.slice('count/'.length)
  if (named.has(name)) return name
  if (name.startsWith('services.')) return 'services'
  if (name.includes('.storageclass.storage.k8s.io/') || name === 'requests.storage') return 'persistentvolumeclaims'
  const isOfPods =
    plain.has(name) || name.startsWith('requests.') || name.startsWith('limits.') || name.startsWith('hugepages-')
  return isOfPods ? 'pods' : undefined
}
