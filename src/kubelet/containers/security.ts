// A container's security context and namespaces as CRI has them; the container's own wishes win over the pod's.
import {join} from 'node:path'
import type {DeepReadonly} from '../../api/object.ts'
import type {SeccompProfile} from '../../api/schema/types.gen.ts'
import {NamespaceMode, ProfileType} from '../../lib/cri/enums.ts'
import type {Message} from '../../lib/cri/messages.ts'
import type {PodContainer, PodEphemeral, ThePod} from '../pods/types.ts'
import {ConfigError} from './env.ts'

const masked = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
]
const readOnly = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

export const namespaceOptions = (
  pod: ThePod,
  targetId = '',
  usernsOptions?: Message<'UserNamespace'>,
): Message<'NamespaceOption'> => {
  const {hostIPC, hostNetwork, hostPID, shareProcessNamespace} = pod.spec ?? {}
  const pid = targetId
    ? NamespaceMode.TARGET
    : hostPID
      ? NamespaceMode.NODE
      : shareProcessNamespace
        ? NamespaceMode.POD
        : NamespaceMode.CONTAINER
  return {
    network: hostNetwork ? NamespaceMode.NODE : NamespaceMode.POD,
    ipc: hostIPC ? NamespaceMode.NODE : NamespaceMode.POD,
    pid,
    targetId,
    ...(usernsOptions ? {usernsOptions} : {}),
  }
}

const seccompOf = (profile: DeepReadonly<SeccompProfile> | undefined): Message<'SecurityProfile'> => {
  if (profile?.type === 'RuntimeDefault') return {profileType: ProfileType.RuntimeDefault}
  if (profile?.type === 'Localhost') return {profileType: ProfileType.Localhost, localhostRef: profile.localhostProfile}
  return {profileType: ProfileType.Unconfined}
}

/** Profiles of a user's own are files of the node: below `seccomp` in the kubelet's folder. */
export const withProfileFiles = (
  context: Message<'LinuxContainerSecurityContext'>,
  folder: string,
): Message<'LinuxContainerSecurityContext'> => {
  const {seccomp} = context
  if (seccomp?.profileType !== ProfileType.Localhost) return context
  return {...context, seccomp: {...seccomp, localhostRef: join(folder, 'seccomp', seccomp.localhostRef ?? '')}}
}

const int64 = (value: number | undefined): Message<'Int64Value'> | undefined =>
  value === undefined ? undefined : {value}

export const securityContext = (
  pod: ThePod,
  container: PodContainer | PodEphemeral,
  targetId = '',
  usernsOptions?: Message<'UserNamespace'>,
): Message<'LinuxContainerSecurityContext'> => {
  const own = container.securityContext
  const shared = pod.spec?.securityContext
  const unmasked = own?.procMount === 'Unmasked'
  const groups = [...(shared?.supplementalGroups ?? []), ...(shared?.fsGroup === undefined ? [] : [shared.fsGroup])]
  return {
    namespaceOptions: namespaceOptions(pod, targetId, usernsOptions),
    privileged: own?.privileged ?? false,
    runAsUser: int64(own?.runAsUser ?? shared?.runAsUser),
    runAsGroup: int64(own?.runAsGroup ?? shared?.runAsGroup),
    supplementalGroups: groups,
    supplementalGroupsPolicy: shared?.supplementalGroupsPolicy === 'Strict' ? 1 : 0,
    readonlyRootfs: own?.readOnlyRootFilesystem ?? false,
    noNewPrivs: own?.allowPrivilegeEscalation === false,
    capabilities: {
      addCapabilities: own?.capabilities?.add ?? [],
      dropCapabilities: own?.capabilities?.drop ?? [],
    },
    seccomp: seccompOf(own?.seccompProfile ?? shared?.seccompProfile),
    maskedPaths: unmasked ? [] : masked,
    readonlyPaths: unmasked ? [] : readOnly,
  }
}

/** runAsNonRoot: refused when it is root, or when nobody can tell. */
export const checkNonRoot = (
  pod: ThePod,
  container: PodContainer | PodEphemeral,
  image: {readonly uid: number | undefined; readonly username: string},
): void => {
  const own = container.securityContext
  const shared = pod.spec?.securityContext
  if (!(own?.runAsNonRoot ?? shared?.runAsNonRoot)) return
  const asked = own?.runAsUser ?? shared?.runAsUser
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`
  if (asked === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`)
  if (asked !== undefined) return
  if (image.username)
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    )
  if (!image.uid) throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`)
}
