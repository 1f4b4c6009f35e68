// Which objects a quota with scopes is about.
import type {DeepReadonly, KubeObject} from '../object.ts'
import {groupResourceOf, type Resource} from '../resource.ts'
import type {PersistentVolumeClaim, Pod, ResourceQuota, ScopedResourceSelectorRequirement} from '../schema/types.gen.ts'

type Requirement = DeepReadonly<ScopedResourceSelectorRequirement>

export const scopesOf = ({spec}: DeepReadonly<ResourceQuota>): readonly Requirement[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({scopeName, operator: 'Exists'})),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
]

/** Without scopes a quota is about everything; with them only about pods (and claims, for their class). */
export const matchesScopes = (
  quota: DeepReadonly<ResourceQuota>,
  resource: Pick<Resource, 'group' | 'plural'>,
  object: DeepReadonly<KubeObject>,
): boolean => scopesOf(quota).every((scope) => matchesScope(scope, resource, object))

export const matchesScope = (
  scope: Requirement,
  resource: Pick<Resource, 'group' | 'plural'>,
  object: DeepReadonly<KubeObject>,
): boolean => {
  const name = groupResourceOf(resource)
  if (name === 'pods') return matchesPod(scope, object as DeepReadonly<Pod>)
  if (name === 'persistentvolumeclaims' && scope.scopeName === 'VolumeAttributesClass') {
    const {spec, status} = object as DeepReadonly<PersistentVolumeClaim>
    const classes = [spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName]
    return classes.some((value) => matchesValue(scope, value || undefined))
  }
  return false
}

const matchesPod = (scope: Requirement, pod: DeepReadonly<Pod>): boolean => {
  switch (scope.scopeName) {
    case 'Terminating':
      return isShortLived(pod)
    case 'NotTerminating':
      return !isShortLived(pod)
    case 'BestEffort':
      return isBestEffort(pod)
    case 'NotBestEffort':
      return !isBestEffort(pod)
    case 'PriorityClass':
      return matchesValue(scope, pod.spec?.priorityClassName || undefined)
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod)
    default:
      return false
  }
}

const isShortLived = ({spec}: DeepReadonly<Pod>): boolean =>
  spec?.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0

const isBestEffort = ({spec}: DeepReadonly<Pod>): boolean =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), {resources: spec?.resources}].every(
    ({resources}) =>
      Object.keys(resources?.requests ?? {}).length === 0 && Object.keys(resources?.limits ?? {}).length === 0,
  )

const matchesValue = ({operator, values = []}: Requirement, value: string | undefined): boolean => {
  switch (operator) {
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    default:
      return false
  }
}

const crossesNamespaces = ({spec}: DeepReadonly<Pod>): boolean => {
  const {podAffinity, podAntiAffinity} = spec?.affinity ?? {}
  return [podAffinity, podAntiAffinity].some((affinity) =>
    [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({podAffinityTerm}) => podAffinityTerm),
    ].some(({namespaces, namespaceSelector}) => (namespaces?.length ?? 0) > 0 || namespaceSelector !== undefined),
  )
}
