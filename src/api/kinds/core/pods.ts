// Pod
import type {FieldErrors} from '../../field-errors.ts'
import {pods} from '../../resources.ts'
import type {Container, Pod} from '../../schema/types.gen.ts'
import {defineKind} from '../define.ts'
import {validateMetadataUpdate} from '../metadata.ts'
import {hostnameWarnings} from '../name-warnings.ts'
import {keepStatus} from '../status.ts'
import {podColumns} from './pod-columns.ts'
import {preparePodForCreate} from './pod-create.ts'
import {prepareResize, validatePodResize} from './pod-resize.ts'
import {defaultPodOnly, defaultPodSpec} from './pod-spec/defaults.ts'
import {validatePodSpec} from './pod-spec/validate.ts'
import {podSpecWarnings} from './pod-spec/warnings.ts'
import {validateEphemeralUpdate, validatePodUpdate} from './pod-update.ts'

const isOver = ({status}: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

const gracePeriodSeconds = (pod: Pod, requested: number | undefined): number => {
  if (!pod.spec?.nodeName || isOver(pod)) return 0
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0
  return seconds < 0 ? 1 : seconds
}

const checkImageSpaces = (containers: readonly Container[] | undefined, path: string, errors: FieldErrors): void => {
  for (const [index, {image = ''}] of (containers ?? []).entries())
    if (image.trim() !== image)
      errors.invalid(`${path}[${index}].image`, image, 'must not have leading or trailing whitespace')
}

const validate = (pod: Pod, errors: FieldErrors): void => {
  const spec = pod.spec ?? {containers: []}
  validatePodSpec(spec, pod.metadata?.name ?? '', 'spec', errors)
  if (!spec.serviceAccountName)
    for (const [index, {projected}] of (spec.volumes ?? []).entries())
      for (const [at, {serviceAccountToken}] of (projected?.sources ?? []).entries())
        if (serviceAccountToken)
          errors.forbidden(
            `spec.volumes[${index}].projected.sources[${at}].serviceAccountToken`,
            'must not be specified when serviceAccountName is not set',
          )
  checkImageSpaces(spec.containers, 'spec.containers', errors)
  checkImageSpaces(spec.initContainers, 'spec.initContainers', errors)
}

const validateNew = (pod: Pod, errors: FieldErrors): void => {
  validate(pod, errors)
  if (pod.metadata?.resourceVersion) return
  if (pod.spec?.ephemeralContainers?.length) errors.forbidden('spec.ephemeralContainers', 'cannot be set on create')
  if (pod.spec?.nodeName && pod.spec.schedulingGates?.length)
    errors.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')
}

const keepSpec = (pod: Pod, old: Pod): void => {
  pod.spec = old.spec
  const metadata = pod.metadata ?? {}
  delete metadata.deletionTimestamp
  if (old.metadata?.deletionTimestamp) metadata.deletionTimestamp = old.metadata.deletionTimestamp
  if (old.metadata?.ownerReferences) metadata.ownerReferences = old.metadata.ownerReferences
  else delete metadata.ownerReferences
  if (pod.status && old.status?.qosClass) pod.status.qosClass = old.status.qosClass
}

/** Only those containers, whatever else the body says. */
const keepAllButEphemeral = (pod: Pod, old: Pod): void => {
  const added = pod.spec?.ephemeralContainers
  pod.spec = {...(old.spec ?? {containers: []}), ephemeralContainers: added}
  if (old.metadata) pod.metadata = {...old.metadata, resourceVersion: pod.metadata?.resourceVersion}
  keepStatus(pod, old)
}

/** Tables let clients tell pods that are over. */
const completion = ({status}: Pod) => {
  if (status?.phase === 'Succeeded')
    return [{type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.'}]
  return status?.phase === 'Failed'
    ? [{type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.'}]
    : []
}

export const podKind = defineKind<Pod>({
  resource: pods,
  countsGenerations: true,
  columns: podColumns,
  conditions: completion,
  selectableFields: {
    'spec.nodeName': ({spec}) => spec?.nodeName ?? '',
    'spec.restartPolicy': ({spec}) => spec?.restartPolicy ?? '',
    'spec.schedulerName': ({spec}) => spec?.schedulerName ?? '',
    'spec.serviceAccountName': ({spec}) => spec?.serviceAccountName ?? '',
    'spec.hostNetwork': ({spec}) => String(spec?.hostNetwork ?? false),
    'status.phase': ({status}) => status?.phase ?? '',
    'status.podIP': ({status}) => status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({status}) => status?.nominatedNodeName ?? '',
  },
  strategy: {
    default: (pod) => {
      pod.spec ??= {containers: []}
      defaultPodSpec(pod.spec)
      defaultPodOnly(pod.spec)
    },
    prepareForCreate: preparePodForCreate,
    prepareForUpdate: keepStatus,
    validate: validateNew,
    validateUpdate: (pod, old, errors) => {
      validate(pod, errors)
      validatePodUpdate(pod, old, errors)
    },
    validateOnlyUpdate: true,
    warnings: (pod, old) => [
      ...(old ? [] : hostnameWarnings(pod.metadata?.name)),
      ...podSpecWarnings(pod.spec ?? {containers: []}, pod.metadata, ''),
    ],
    gracePeriodSeconds,
  },
  subresources: {
    attach: {
      verbs: ['create', 'get'],
      speaks: {group: '', version: 'v1', kind: 'PodAttachOptions'},
    },
    binding: {verbs: ['create'], speaks: {group: '', version: 'v1', kind: 'Binding'}},
    ephemeralcontainers: {
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: keepAllButEphemeral,
      validateUpdate: (pod, old, errors) => {
        validate(pod, errors)
        validateEphemeralUpdate(pod, old, errors)
      },
    },
    eviction: {verbs: ['create'], speaks: {group: 'policy', version: 'v1', kind: 'Eviction'}},
    exec: {verbs: ['create', 'get'], speaks: {group: '', version: 'v1', kind: 'PodExecOptions'}},
    log: {verbs: ['get']},
    portforward: {verbs: ['create', 'get'], speaks: {group: '', version: 'v1', kind: 'PodPortForwardOptions'}},
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      speaks: {group: '', version: 'v1', kind: 'PodProxyOptions'},
    },
    resize: {
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: prepareResize,
      validateUpdate: (pod, old, errors) => {
        validate(pod, errors)
        validatePodResize(pod, old, errors)
      },
    },
    status: {
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate: keepSpec,
      validateUpdate: (pod, old, errors) => validateMetadataUpdate(pod, old, errors),
    },
  },
})
