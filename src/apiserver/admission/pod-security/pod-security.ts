// PodSecurity: pods are refused, workloads and relabelled namespaces warned about.
import {FieldErrors, invalidObject} from '../../../api/field-errors.ts'
import {isSame} from '../../../api/meta/same.ts'
import type {KubeObject} from '../../../api/object.ts'
import {namespaces, pods} from '../../../api/resources.ts'
import type {CronJob, Deployment, Pod, PodSpec, PodTemplate, PodTemplateSpec} from '../../../api/schema/types.gen.ts'
import type {AdmissionContext, AdmissionRequest, AdmissionStep} from '../contract.ts'
import {forbidden, objectOf, oldOf, resourceOf} from '../refuse.ts'
import type {PodToCheck} from './checks.ts'
import {brief, detailed, failuresOf, labelProblems, labelsOf, type Policy, policyOf, policyText} from './policy.ts'

const templated = [
  'replicationcontrollers',
  'podtemplates',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
]

const templateOf = (resource: string, object: KubeObject): PodTemplateSpec | undefined => {
  if (resource === 'podtemplates') return (object as PodTemplate).template
  if (resource === 'cronjobs.batch') return (object as CronJob).spec?.jobTemplate.spec?.template
  return (object as Deployment).spec?.template
}

const warnAbout = (request: AdmissionRequest, context: AdmissionContext, pod: PodToCheck): void => {
  const labels = labelsOf(context.get(namespaces, {name: request.namespace ?? ''}))
  const warn = policyOf(labels, 'warn')
  const failures = failuresOf(warn, pod)
  if (failures.length > 0) request.warn(`would violate PodSecurity ${policyText(warn)}: ${detailed(failures)}`)
  const audit = policyOf(labels, 'audit')
  const audited = failuresOf(audit, pod)
  if (audited.length > 0)
    request.annotate(
      'pod-security.kubernetes.io/audit-violations',
      `would violate PodSecurity ${policyText(audit)}: ${detailed(audited)}`,
    )
}

/** An update matters only when it touches what is checked. */
const matters = (request: AdmissionRequest, pod: Pod): boolean => {
  if (request.operation === 'CREATE') return true
  if (request.subresource === 'ephemeralcontainers') return true
  const old = oldOf<Pod>(request)
  return !isSame(pod.spec, old?.spec) || !isSame(pod.metadata?.annotations, old?.metadata?.annotations)
}

const checkPod = (request: AdmissionRequest, context: AdmissionContext): void => {
  const pod = objectOf<Pod>(request)
  if (!pod.spec || !matters(request, pod)) return
  const subject = {metadata: pod.metadata, spec: pod.spec}
  const labels = labelsOf(context.get(namespaces, {name: request.namespace ?? ''}))
  const enforce = policyOf(labels, 'enforce')
  request.annotate('pod-security.kubernetes.io/enforce-policy', `${enforce.level}:${enforce.version}`)
  const failures = failuresOf(enforce, subject)
  if (failures.length > 0)
    throw forbidden(request, `violates PodSecurity ${policyText(enforce)}: ${detailed(failures)}`)
  warnAbout(request, context, subject)
}

const checkWorkload = (request: AdmissionRequest, context: AdmissionContext): void => {
  const template = templateOf(resourceOf(request), objectOf(request))
  if (!template?.spec) return
  warnAbout(request, context, {metadata: template.metadata, spec: template.spec as PodSpec})
}

const mostChecked = 3000

const warnAboutExisting = (request: AdmissionRequest, policy: Policy, context: AdmissionContext): void => {
  const groups = new Map<string, string[]>()
  for (const pod of context.list(pods, request.name).slice(0, mostChecked)) {
    const failures = failuresOf(policy, {metadata: pod.metadata as Pod['metadata'], spec: pod.spec as PodSpec})
    if (failures.length === 0) continue
    const text = brief(failures)
    groups.set(text, [...(groups.get(text) ?? []), pod.metadata.name])
  }
  if (groups.size === 0) return
  request.warn(
    `existing pods in namespace ${JSON.stringify(request.name)} violate the new PodSecurity enforce level ${policyText(policy)}`,
  )
  const lines = [...groups].map(([text, names]) => {
    const [first = '', ...others] = [...names].sort()
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`
    return `${first}${more}: ${text}`
  })
  for (const line of lines.sort()) request.warn(line)
}

const checkNamespace = (request: AdmissionRequest, context: AdmissionContext): void => {
  const labels = objectOf(request).metadata?.labels
  const problems = labelProblems(labels)
  if (problems.length > 0) {
    const errors = new FieldErrors()
    for (const {label, value, text} of problems) errors.invalid(`metadata.labels[${label}]`, value, text)
    throw invalidObject(request.kind.resource, request.name, errors.list)
  }
  if (request.operation !== 'UPDATE') return
  const policy = policyOf(labels, 'enforce')
  const before = policyOf(oldOf(request)?.metadata?.labels, 'enforce')
  if (!isSame(policy, before) && policy.level !== 'privileged') warnAboutExisting(request, policy, context)
}

export const podSecurity: AdmissionStep = {
  name: 'PodSecurity',
  handles: (request) => {
    if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return false
    const resource = resourceOf(request)
    if (resource === 'pods') return request.subresource === undefined || request.subresource === 'ephemeralcontainers'
    return request.subresource === undefined && (resource === 'namespaces' || templated.includes(resource))
  },
  validate(request, context) {
    const resource = resourceOf(request)
    if (resource === 'namespaces') checkNamespace(request, context)
    else if (resource === 'pods') checkPod(request, context)
    else checkWorkload(request, context)
  },
}
