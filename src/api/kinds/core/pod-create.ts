// What a pod is born with: a status of its own, merged label keys, profiles that old annotations name.
import type {
  AppArmorProfile,
  Container,
  LabelSelector,
  Pod,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '../../schema/types.gen.ts'
import {qosClassOf} from './qos.ts'

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

const profileOf = (annotation: string | undefined): AppArmorProfile | undefined => {
  if (annotation === undefined) return undefined
  if (annotation === 'unconfined') return {type: 'Unconfined'}
  if (annotation === 'runtime/default' || annotation === '') return {type: 'RuntimeDefault'}
  return annotation.startsWith('localhost/')
    ? {type: 'Localhost', localhostProfile: annotation.slice('localhost/'.length)}
    : undefined
}

const takeProfiles = (pod: Pod): void => {
  const take = (container: Container): void => {
    const profile = profileOf(pod.metadata?.annotations?.[`${appArmorPrefix}${container.name}`])
    if (!profile || container.securityContext?.appArmorProfile) return
    container.securityContext = {...container.securityContext, appArmorProfile: profile}
  }
  for (const container of [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]) take(container)
}

const require = (selector: LabelSelector, key: string, operator: string, value: string | undefined): void => {
  if (value === undefined) return
  selector.matchExpressions = [...(selector.matchExpressions ?? []), {key, operator, values: [value]}]
}

/** Keys of labels become requirements with the pod's own values. */
const mergeKeys = (term: PodAffinityTerm | TopologySpreadConstraint, labels: {[key: string]: string}): void => {
  const selector = term.labelSelector
  if (!selector) return
  for (const key of term.matchLabelKeys ?? []) require(selector, key, 'In', labels[key])
  if ('mismatchLabelKeys' in term)
    for (const key of term.mismatchLabelKeys ?? []) require(selector, key, 'NotIn', labels[key])
}

const termsOf = (pod: Pod): (PodAffinityTerm | TopologySpreadConstraint)[] => {
  const {podAffinity, podAntiAffinity} = pod.spec?.affinity ?? {}
  return [
    ...[podAffinity, podAntiAffinity].flatMap((terms) => [
      ...(terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({podAffinityTerm}) => podAffinityTerm),
    ]),
    ...(pod.spec?.topologySpreadConstraints ?? []),
  ]
}

export const preparePodForCreate = (pod: Pod): void => {
  takeProfiles(pod)
  for (const term of termsOf(pod)) mergeKeys(term, pod.metadata?.labels ?? {})
  pod.status = {phase: 'Pending', qosClass: qosClassOf(pod.spec ?? {containers: []})}
  if (pod.spec?.schedulingGates?.length)
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ]
}
