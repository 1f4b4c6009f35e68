// A quota on CPU or memory makes every container say how much it wants.
import type {PersistentVolumeClaim, Pod, ResourceRequirements} from '../../../api/schema/types.gen.ts'

const containerResources = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
]

const states = (resources: ResourceRequirements | undefined, wanted: string): boolean => {
  const [which, name] = wanted.startsWith('limits.')
    ? (['limits', wanted.slice('limits.'.length)] as const)
    : (['requests', wanted.replace(/^requests\./, '')] as const)
  return resources?.[which]?.[name] !== undefined
}

/** `must specify limits.cpu for: a,b; memory for: a`; undefined when nothing is missing. */
export const missingFromPod = ({spec}: Pod, limited: readonly string[]): string | undefined => {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  const missing = containerResources
    .filter((resource) => limited.includes(resource) && !states(spec?.resources, resource))
    .sort()
    .map((resource) => ({
      resource,
      names: containers.filter(({resources}) => !states(resources, resource)).map(({name}) => name),
    }))
    .filter(({names}) => names.length > 0)
  if (missing.length === 0) return undefined
  return `must specify ${missing.map(({resource, names}) => `${resource} for: ${names.sort().join(',')}`).join('; ')}`
}

export const missingFromClaim = ({spec}: PersistentVolumeClaim, limited: readonly string[]): string | undefined =>
  limited.includes('requests.storage') && spec?.resources?.requests?.storage === undefined
    ? 'must specify requests.storage'
    : undefined
