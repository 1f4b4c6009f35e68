// Who a StatefulSet's pods are: an ordinal, and by it a name, a hostname and claims that outlive the pod.
import {statefulSets} from '../../api/resources.ts'
import type {PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet} from '../../api/schema/types.gen.ts'
import type {Cached} from '../../reconcile/contract.ts'
import {controllerReference} from '../objects/owners.ts'
import {sendable} from '../objects/status.ts'
import {podFromTemplate} from '../pods/from-template.ts'

type Owner = Cached<StatefulSet>

export const REVISION_LABEL = 'controller-revision-hash'
const NAME_LABEL = 'statefulset.kubernetes.io/pod-name'
const INDEX_LABEL = 'apps.kubernetes.io/pod-index'

export const firstOrdinal = ({spec}: Owner): number => spec?.ordinals?.start ?? 0
export const replicasOf = ({spec}: Owner): number => spec?.replicas ?? 1
export const podName = ({metadata}: Owner, ordinal: number): string => `${metadata.name}-${ordinal}`

/** -1 for names that are not of this set. */
export const ordinalOf = ({metadata}: {readonly metadata: {readonly name: string}}, set: Owner): number => {
  const prefix = `${set.metadata.name}-`
  const rest = metadata.name.startsWith(prefix) ? metadata.name.slice(prefix.length) : ''
  return /^(0|[1-9]\d*)$/.test(rest) ? Number(rest) : -1
}

export const isInRange = (set: Owner, ordinal: number): boolean =>
  ordinal >= firstOrdinal(set) && ordinal < firstOrdinal(set) + replicasOf(set)

export const revisionOf = ({metadata}: Cached<Pod> | Pod): string => metadata?.labels?.[REVISION_LABEL] ?? ''

export const claimName = (set: Owner, template: string, ordinal: number): string =>
  `${template}-${set.metadata.name}-${ordinal}`

export const claimsOf = (set: Owner, ordinal: number): (PersistentVolumeClaim & {metadata: {name: string}})[] =>
  (sendable(set).spec?.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    metadata: {
      ...template.metadata,
      name: claimName(set, template.metadata?.name ?? '', ordinal),
      namespace: set.metadata.namespace,
      labels: {...template.metadata?.labels, ...set.spec?.selector.matchLabels},
    },
  }))

export const newPod = (set: Owner, template: PodTemplateSpec | undefined, ordinal: number, revision: string): Pod => {
  const {namespace, name: setName} = set.metadata
  const name = podName(set, ordinal)
  const pod = podFromTemplate(template, {namespace, name: setName}, controllerReference(statefulSets, set))
  return withStorage(set, ordinal, {
    ...pod,
    metadata: {
      ...pod.metadata,
      name,
      labels: {
        ...pod.metadata?.labels,
        [NAME_LABEL]: name,
        [INDEX_LABEL]: String(ordinal),
        [REVISION_LABEL]: revision,
      },
    },
    spec: {...pod.spec, containers: pod.spec?.containers ?? [], hostname: name, subdomain: set.spec?.serviceName ?? ''},
  })
}

const withStorage = (set: Owner, ordinal: number, pod: Pod): Pod => {
  const claims = (set.spec?.volumeClaimTemplates ?? []).map(({metadata}) => metadata?.name ?? '')
  if (claims.length === 0) return pod
  const volumes = claims.map((name) => ({name, persistentVolumeClaim: {claimName: claimName(set, name, ordinal)}}))
  const others = (pod.spec?.volumes ?? []).filter(({name}) => !claims.includes(name))
  return {...pod, spec: {...pod.spec, containers: pod.spec?.containers ?? [], volumes: [...volumes, ...others]}}
}

/** The labels of its identity, as they should be; undefined when they are. */
export const repairedLabels = ({metadata}: Cached<Pod>, ordinal: number): Record<string, string> | undefined => {
  const wanted = {[NAME_LABEL]: metadata.name, [INDEX_LABEL]: String(ordinal)}
  const isRight = Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value)
  return isRight ? undefined : {...metadata.labels, ...wanted}
}
