// Which parts of a pod may change: images, a deadline, tolerations (more of them), scheduling gates (fewer).
import type {FieldErrors} from '../../field-errors.ts'
import {isSame} from '../../meta/same.ts'
import type {Container, Pod, PodSpec, Toleration} from '../../schema/types.gen.ts'
import {goText} from '../go-struct.ts'
import {unifiedDiff} from '../line-diff.ts'

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
]

const validateImages = (
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
  path: string,
  errors: FieldErrors,
): boolean => {
  if (containers.length !== old.length) {
    errors.forbidden(path, 'pod updates may not add or remove containers')
    return false
  }
  for (const [index, {image = ''}] of containers.entries())
    if (image.trim() === '') errors.required(`${path}[${index}].image`)
    else if (image.trim() !== image)
      errors.invalid(`${path}[${index}].image`, image, 'must not have leading or trailing whitespace')
  return true
}

const validateDeadline = (spec: PodSpec, old: PodSpec, errors: FieldErrors): boolean => {
  const path = 'spec.activeDeadlineSeconds'
  const [now, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds]
  if (now === undefined) {
    if (before !== undefined) errors.invalid(path, null, 'must not update from a positive integer to nil value')
    return true
  }
  if (now < 0 || now > 2147483647) errors.invalid(path, now, 'must be between 0 and 2147483647, inclusive')
  else if (before !== undefined && before < now)
    errors.invalid(path, now, 'must be less than or equal to previous value')
  else return true
  return false
}

const withoutSeconds = ({tolerationSeconds: _, ...toleration}: Toleration): Toleration => toleration

const validateTolerations = (
  tolerations: readonly Toleration[] = [],
  old: readonly Toleration[] = [],
  errors: FieldErrors,
) => {
  const kept = (toleration: Toleration): boolean =>
    tolerations.some((each) => isSame(withoutSeconds(each), withoutSeconds(toleration)))
  if (!old.every(kept))
    errors.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')
}

const validateGates = (spec: PodSpec, old: PodSpec, errors: FieldErrors): void => {
  const before = new Set((old.schedulingGates ?? []).map(({name}) => name))
  for (const [index, {name}] of (spec.schedulingGates ?? []).entries())
    if (!before.has(name))
      errors.forbidden(
        `spec.schedulingGates[${index}]`,
        `only deletion is allowed, but found new scheduling gate '${name}'`,
      )
}

const withImages = (containers: readonly Container[] | undefined, old: readonly Container[] | undefined) =>
  containers?.map((container, index): Container => ({...container, image: old?.[index]?.image}))

/** The spec with all that may change put back. */
const withoutChangeable = (spec: PodSpec, old: PodSpec): PodSpec => ({
  ...spec,
  containers: withImages(spec.containers, old.containers) ?? [],
  initContainers: withImages(spec.initContainers, old.initContainers),
  activeDeadlineSeconds: old.activeDeadlineSeconds,
  tolerations: old.tolerations,
  schedulingGates: old.schedulingGates,
  ...(old.schedulingGates?.length ? {nodeSelector: old.nodeSelector, affinity: old.affinity} : {}),
})

/** The server keeps what a pod shares with its host in the security context. */
const shown = (spec: PodSpec): unknown => {
  const {hostNetwork, hostPID, hostIPC, hostUsers, shareProcessNamespace, securityContext} = spec
  const context = {...securityContext, hostNetwork, hostPID, hostIPC, hostUsers, shareProcessNamespace}
  return goText('PodSpec', {...spec, securityContext: context})
}

export const validatePodUpdate = (pod: Pod, before: Pod, errors: FieldErrors): void => {
  const spec = pod.spec ?? {containers: []}
  const old = before.spec ?? {containers: []}
  const sameContainers = validateImages(spec.containers, old.containers, 'spec.containers', errors)
  const sameInit = validateImages(spec.initContainers, old.initContainers, 'spec.initContainers', errors)
  if (!sameContainers || !sameInit || !validateDeadline(spec, old, errors)) return
  validateTolerations(spec.tolerations, old.tolerations, errors)
  validateGates(spec, old, errors)
  const compared = withoutChangeable(spec, old)
  if (isSame(compared, old)) return
  errors.forbidden(
    'spec',
    `pod updates may not change fields other than ${changeable.join(',')}\n${unifiedDiff(shown(old), shown(compared))}`,
  )
}

export const validateEphemeralUpdate = (pod: Pod, before: Pod, errors: FieldErrors): void => {
  if (before.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined)
    errors.forbidden('', 'static pods do not support ephemeral containers')
  for (const old of before.spec?.ephemeralContainers ?? []) {
    const now = pod.spec?.ephemeralContainers?.find(({name}) => name === old.name)
    if (!now)
      errors.forbidden(
        'spec.ephemeralContainers',
        `existing ephemeral containers ${JSON.stringify(old.name)} may not be removed\n`,
      )
    else if (!isSame(now, old))
      errors.forbidden(
        'spec.ephemeralContainers',
        `existing ephemeral containers ${JSON.stringify(old.name)} may not be changed\n`,
      )
  }
}
