// Security contexts of pods and containers.
import type {FieldErrors} from '../../../field-errors.ts'
import type {
  AppArmorProfile,
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '../../../schema/types.gen.ts'
import {checkOptionalOneOf, checkRequired} from '../../checks.ts'
import {goText} from '../../go-struct.ts'
import {checkLocalPath} from '../../paths.ts'

const checkId = (id: number | undefined, path: string, errors: FieldErrors): void => {
  if (id !== undefined && (id < 0 || id > 2147483647))
    errors.invalid(path, id, 'must be between 0 and 2147483647, inclusive')
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']

const validateSeccomp = (profile: SeccompProfile | undefined, path: string, errors: FieldErrors): void => {
  if (!profile) return
  if (!profile.type) errors.required(`${path}.type`, 'type is required when seccompProfile is set')
  else if (!profileTypes.includes(profile.type)) errors.notSupported(`${path}.type`, profile.type, profileTypes)
  if (profile.type === 'Localhost') {
    if (profile.localhostProfile === undefined)
      errors.required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost')
    else checkLocalPath(profile.localhostProfile, `${path}.localhostProfile`, errors)
  } else if (profile.localhostProfile !== undefined)
    errors.invalid(
      `${path}.localhostProfile`,
      goText('SeccompProfile', profile),
      'can only be set when seccomp type is Localhost',
    )
}

const validateAppArmor = (profile: AppArmorProfile | undefined, path: string, errors: FieldErrors): void => {
  if (!profile) return
  const local = profile.localhostProfile
  if (profile.type === 'Localhost') {
    const trimmed = local?.trim()
    if (local === undefined || (trimmed === '' && local === ''))
      errors.required(`${path}.localhostProfile`, 'must be set when AppArmor type is Localhost')
    else if (trimmed !== local) errors.invalid(`${path}.localhostProfile`, local, 'must not be padded with whitespace')
    else if (local.length > 4095) errors.tooLong(`${path}.localhostProfile`, 4095)
  } else if (profile.type === 'RuntimeDefault' || profile.type === 'Unconfined') {
    if (local !== undefined)
      errors.invalid(`${path}.localhostProfile`, local, 'can only be set when AppArmor type is Localhost')
  } else if (!profile.type) errors.required(`${path}.type`, 'type is required when appArmorProfile is set')
  else errors.notSupported(`${path}.type`, profile.type, profileTypes)
}

const validateEscalation = (context: SecurityContext, path: string, errors: FieldErrors): void => {
  if (context.allowPrivilegeEscalation !== false) return
  const shown = goText('SecurityContext', context)
  if (context.privileged)
    errors.invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN'))
    errors.invalid(path, shown, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')
}

export const validateSecurityContext = (
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
  errors: FieldErrors,
): void => {
  if (!context) return
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  checkOptionalOneOf(context.procMount, ['Default', 'Unmasked'], `${path}.procMount`, errors)
  if (hostUsers && context.procMount === 'Unmasked')
    errors.invalid(`${path}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`')
  validateSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  validateEscalation(context, path, errors)
  validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors)
}

const sysctlSegment = '[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?'
const sysctlName = new RegExp(`^(?:${sysctlSegment}[\\./])*${sysctlSegment}$`)
const sysctlText = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?'

const validateSysctls = (sysctls: readonly Sysctl[] | undefined, path: string, errors: FieldErrors): void => {
  const seen = new Set<string>()
  for (const [index, {name}] of (sysctls ?? []).entries()) {
    const at = `${path}[${index}].name`
    if (!name) errors.required(at)
    else if (name.length > 253 || !sysctlName.test(name))
      errors.invalid(at, name, `must have at most 253 characters and match regex ^${sysctlText}$`)
    else if (seen.has(name)) errors.duplicate(at, name)
    seen.add(name)
  }
}

export const validatePodSecurityContext = (
  context: PodSecurityContext | undefined,
  spec: PodSpec,
  path: string,
  errors: FieldErrors,
): void => {
  if (!context) return
  checkId(context.fsGroup, `${path}.fsGroup`, errors)
  checkId(context.runAsUser, `${path}.runAsUser`, errors)
  checkId(context.runAsGroup, `${path}.runAsGroup`, errors)
  for (const [index, group] of (context.supplementalGroups ?? []).entries())
    checkId(group, `${path}.supplementalGroups[${index}]`, errors)
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')
  validateSysctls(context.sysctls, `${path}.sysctls`, errors)
  checkOptionalOneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${path}.fsGroupChangePolicy`, errors)
  validateSeccomp(context.seccompProfile, `${path}.seccompProfile`, errors)
  validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`, errors)
  checkOptionalOneOf(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${path}.supplementalGroupsPolicy`, errors)
  checkOptionalOneOf(context.seLinuxChangePolicy, ['MountOption', 'Recursive'], `${path}.seLinuxChangePolicy`, errors)
}

/** A pod in a user namespace of its own cannot share the host's other namespaces. */
export const validateHostUsers = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  if (spec.hostUsers !== false) return
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const)
    if (spec[field]) errors.forbidden(`${path}.${field}`, 'when `pod.Spec.HostUsers` is false')
}

export const validateOs = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  if (!spec.os) return
  if (!checkRequired(spec.os.name, `${path}.os.name`, errors)) return
  if (spec.os.name !== 'linux' && spec.os.name !== 'windows')
    errors.notSupported(`${path}.os.name`, spec.os.name, ['linux', 'windows'])
  if (spec.os.name === 'linux') forbidWindowsOptions(spec, path, errors)
  if (spec.os.name === 'windows') forbidLinuxOptions(spec, path, errors)
}

const forbidWindowsOptions = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  if (spec.securityContext?.windowsOptions)
    errors.forbidden(`${path}.securityContext.windowsOptions`, 'windows options cannot be set for a linux pod')
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'] as const)
    for (const [index, {securityContext}] of (spec[list] ?? []).entries())
      if (securityContext?.windowsOptions)
        errors.forbidden(
          `${path}.${list}[${index}].securityContext.windowsOptions`,
          'windows options cannot be set for a linux pod',
        )
}

const notForWindows = 'cannot be set for a windows pod'
const linuxPodFields = [
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'appArmorProfile',
] as const
const linuxContainerFields = [
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
  'appArmorProfile',
] as const

const forbidLinuxOptions = (spec: PodSpec, path: string, errors: FieldErrors): void => {
  for (const field of ['hostPID', 'hostIPC'] as const)
    if (spec[field]) errors.forbidden(`${path}.${field}`, notForWindows)
  for (const field of linuxPodFields)
    if (spec.securityContext?.[field] !== undefined) errors.forbidden(`${path}.securityContext.${field}`, notForWindows)
  if (spec.shareProcessNamespace !== undefined) errors.forbidden(`${path}.shareProcessNamespace`, notForWindows)
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'] as const)
    for (const [index, {securityContext}] of (spec[list] ?? []).entries())
      for (const field of linuxContainerFields)
        if (securityContext?.[field] !== undefined)
          errors.forbidden(`${path}.${list}[${index}].securityContext.${field}`, notForWindows)
}
