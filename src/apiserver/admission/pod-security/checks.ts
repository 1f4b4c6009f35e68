// The Pod Security Standards: each check with the level that asks for it and what it says when a pod fails.
import type {Container, EphemeralContainer, ObjectMeta, PodSpec, Volume} from '../../../api/schema/types.gen.ts'

export interface PodToCheck {
  readonly metadata: ObjectMeta | undefined
  readonly spec: PodSpec
}

export interface Failure {
  readonly reason: string
  readonly detail: string
}

export interface Check {
  readonly level: 'baseline' | 'restricted'
  /** Checks of newer versions do not apply to older ones: minor version. */
  readonly since: number
  readonly until?: number
  readonly run: (pod: PodToCheck) => Failure | undefined
}

type AnyContainer = Container | EphemeralContainer
const containersOf = ({initContainers, containers, ephemeralContainers}: PodSpec): AnyContainer[] => [
  ...(initContainers ?? []),
  ...(containers ?? []),
  ...(ephemeralContainers ?? []),
]

const quote = (text: string): string => JSON.stringify(text)
const list = (items: readonly string[]): string => items.map(quote).join(', ')
const plural = (items: readonly unknown[], one: string, many: string): string => (items.length === 1 ? one : many)
const unique = (items: readonly string[]): string[] => [...new Set(items)].sort()

const named = (containers: readonly AnyContainer[]): string =>
  `${plural(containers, 'container', 'containers')} ${list(containers.map(({name}) => name))}`

const failing = (spec: PodSpec, fails: (container: AnyContainer) => boolean): AnyContainer[] =>
  containersOf(spec).filter(fails)

const hostNamespaces = ({spec}: PodToCheck): Failure | undefined => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field])
  return used.length > 0
    ? {reason: 'host namespaces', detail: used.map((field) => `${field}=true`).join(', ')}
    : undefined
}

const privileged = ({spec}: PodToCheck): Failure | undefined => {
  const bad = failing(spec, ({securityContext}) => securityContext?.privileged === true)
  return bad.length > 0
    ? {reason: 'privileged', detail: `${named(bad)} must not set securityContext.privileged=true`}
    : undefined
}

const defaultCapabilities = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]

const addedBeyond = (spec: PodSpec, allowed: readonly string[]) => {
  const beyond = ({securityContext}: AnyContainer): string[] =>
    (securityContext?.capabilities?.add ?? []).filter((capability) => !allowed.includes(capability))
  const bad = failing(spec, (container) => beyond(container).length > 0)
  return {bad, capabilities: unique(bad.flatMap(beyond))}
}

const capabilities = ({spec}: PodToCheck): Failure | undefined => {
  const {bad, capabilities: added} = addedBeyond(spec, defaultCapabilities)
  return bad.length > 0
    ? {
        reason: 'non-default capabilities',
        detail: `${named(bad)} must not include ${list(added)} in securityContext.capabilities.add`,
      }
    : undefined
}

const hostPathVolumes = ({spec}: PodToCheck): Failure | undefined => {
  const bad = (spec.volumes ?? []).filter(({hostPath}) => hostPath)
  return bad.length > 0
    ? {reason: 'hostPath volumes', detail: `${plural(bad, 'volume', 'volumes')} ${list(bad.map(({name}) => name))}`}
    : undefined
}

const hostPorts = ({spec}: PodToCheck): Failure | undefined => {
  const portsOf = ({ports}: AnyContainer): string[] =>
    (ports ?? []).flatMap(({hostPort}) => (hostPort ? [String(hostPort)] : []))
  const bad = failing(spec, (container) => portsOf(container).length > 0)
  const ports = unique(bad.flatMap(portsOf))
  return bad.length > 0
    ? {
        reason: 'hostPort',
        detail: `${named(bad)} ${plural(bad, 'uses', 'use')} ${plural(ports, 'hostPort', 'hostPorts')} ${ports.join(', ')}`,
      }
    : undefined
}

const hostProbes = ({spec}: PodToCheck): Failure | undefined => {
  const bad = failing(spec, (container) =>
    [
      container.livenessProbe,
      container.readinessProbe,
      container.startupProbe,
      container.lifecycle?.postStart,
      container.lifecycle?.preStop,
    ].some((handler) => handler?.httpGet?.host || handler?.tcpSocket?.host),
  )
  return bad.length > 0
    ? {reason: 'probe or lifecycle host', detail: `${named(bad)} must not set probe or lifecycle host`}
    : undefined
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

const appArmor = ({metadata, spec}: PodToCheck): Failure | undefined => {
  const annotated = Object.entries(metadata?.annotations ?? {})
    .filter(
      ([key, value]) =>
        key.startsWith(appArmorPrefix) &&
        value !== '' &&
        value !== 'runtime/default' &&
        !value.startsWith('localhost/'),
    )
    .map(([key, value]) => `${key}=${quote(value)}`)
    .sort()
  const isBad = (type: string | undefined): boolean =>
    type !== undefined && !['RuntimeDefault', 'Localhost'].includes(type)
  const bad = failing(spec, ({securityContext}) => isBad(securityContext?.appArmorProfile?.type))
  const podType = spec.securityContext?.appArmorProfile?.type
  const parts = [
    ...(annotated.length > 0
      ? [
          `${plural(annotated, 'annotation', 'annotations')} must not set AppArmor profile type to ${annotated.join(', ')}`,
        ]
      : []),
    ...(isBad(podType) ? [`pod must not set AppArmor profile type to ${quote(podType ?? '')}`] : []),
    ...(bad.length > 0
      ? [
          `${named(bad)} must not set AppArmor profile type to ${list(unique(bad.map(({securityContext}) => securityContext?.appArmorProfile?.type ?? '')))}`,
        ]
      : []),
  ]
  return parts.length > 0
    ? {reason: plural(parts, 'forbidden AppArmor profile', 'forbidden AppArmor profiles'), detail: parts.join(', ')}
    : undefined
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']

const seLinux = ({spec}: PodToCheck): Failure | undefined => {
  const all = [
    {setter: 'pod', options: spec.securityContext?.seLinuxOptions},
    ...containersOf(spec).map((container) => ({
      setter: container.name,
      options: container.securityContext?.seLinuxOptions,
    })),
  ]
  const badTypes = unique(
    all.map(({options}) => options?.type ?? '').filter((type) => !seLinuxTypes.includes(type)),
  ).map((type) => `type ${quote(type)}`)
  const parts = [
    ...badTypes,
    ...(all.some(({options}) => options?.user) ? ['user may not be set'] : []),
    ...(all.some(({options}) => options?.role) ? ['role may not be set'] : []),
  ]
  if (parts.length === 0) return undefined
  const isBad = ({options}: (typeof all)[number]): boolean =>
    Boolean(options?.user || options?.role || !seLinuxTypes.includes(options?.type ?? ''))
  const containers = all.slice(1).filter(isBad)
  const setters = [
    ...(all[0] && isBad(all[0]) ? ['pod'] : []),
    ...(containers.length > 0
      ? [`${plural(containers, 'container', 'containers')} ${list(containers.map(({setter}) => setter))}`]
      : []),
  ]
  return {
    reason: 'seLinuxOptions',
    detail: `${setters.join(' and ')} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`,
  }
}

const procMount = ({spec}: PodToCheck): Failure | undefined => {
  if (spec.hostUsers === false) return undefined
  const bad = failing(
    spec,
    ({securityContext}) => securityContext?.procMount !== undefined && securityContext.procMount !== 'Default',
  )
  const values = unique(bad.map(({securityContext}) => securityContext?.procMount ?? ''))
  return bad.length > 0
    ? {reason: 'procMount', detail: `${named(bad)} must not set securityContext.procMount to ${list(values)}`}
    : undefined
}

const isLoose = (type: string | undefined): boolean => type !== 'RuntimeDefault' && type !== 'Localhost'

const seccompBaseline = ({spec}: PodToCheck): Failure | undefined => {
  const podType = spec.securityContext?.seccompProfile?.type
  const bad = failing(spec, ({securityContext}) => {
    const type = securityContext?.seccompProfile?.type
    return type !== undefined && isLoose(type)
  })
  const isPodBad = podType !== undefined && isLoose(podType)
  if (!isPodBad && bad.length === 0) return undefined
  const setters = [...(isPodBad ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])]
  const types = unique([
    ...(isPodBad ? [podType] : []),
    ...bad.map(({securityContext}) => securityContext?.seccompProfile?.type ?? ''),
  ])
  return {
    reason: 'seccompProfile',
    detail: `${setters.join(' and ')} must not set securityContext.seccompProfile.type to ${list(types)}`,
  }
}

const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]

const sysctls = ({spec}: PodToCheck): Failure | undefined => {
  const bad = (spec.securityContext?.sysctls ?? []).map(({name}) => name).filter((name) => !safeSysctls.includes(name))
  return bad.length > 0 ? {reason: 'forbidden sysctls', detail: bad.join(', ')} : undefined
}

const windowsHostProcess = ({spec}: PodToCheck): Failure | undefined => {
  const isPodBad = spec.securityContext?.windowsOptions?.hostProcess === true
  const bad = failing(spec, ({securityContext}) => securityContext?.windowsOptions?.hostProcess === true)
  if (!isPodBad && bad.length === 0) return undefined
  const setters = [...(isPodBad ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])]
  return {
    reason: 'hostProcess',
    detail: `${setters.join(' and ')} must not set securityContext.windowsOptions.hostProcess=true`,
  }
}

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
  'image',
]
const kindOfVolume = ({name: _, ...source}: Volume): string =>
  Object.entries(source).find(([, value]) => value !== undefined)?.[0] ?? 'unknown'

const restrictedVolumes = ({spec}: PodToCheck): Failure | undefined => {
  const bad = (spec.volumes ?? []).filter((volume) => !allowedVolumes.includes(kindOfVolume(volume)))
  const kinds = unique(bad.map(kindOfVolume))
  return bad.length > 0
    ? {
        reason: 'restricted volume types',
        detail: `${plural(bad, 'volume', 'volumes')} ${list(bad.map(({name}) => name))} ${plural(bad, 'uses', 'use')} restricted volume ${plural(kinds, 'type', 'types')} ${list(kinds)}`,
      }
    : undefined
}

const isWindows = ({spec}: PodToCheck): boolean => spec.os?.name === 'windows'

const privilegeEscalation = (pod: PodToCheck): Failure | undefined => {
  if (isWindows(pod)) return undefined
  const bad = failing(pod.spec, ({securityContext}) => securityContext?.allowPrivilegeEscalation !== false)
  return bad.length > 0
    ? {
        reason: 'allowPrivilegeEscalation != false',
        detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false`,
      }
    : undefined
}

const restrictedCapabilities = (pod: PodToCheck): Failure | undefined => {
  if (isWindows(pod)) return undefined
  const keeps = failing(pod.spec, ({securityContext}) => !securityContext?.capabilities?.drop?.includes('ALL'))
  const {bad, capabilities: added} = addedBeyond(pod.spec, ['NET_BIND_SERVICE'])
  const parts = [
    ...(keeps.length > 0 ? [`${named(keeps)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(bad.length > 0 ? [`${named(bad)} must not include ${list(added)} in securityContext.capabilities.add`] : []),
  ]
  return parts.length > 0 ? {reason: 'unrestricted capabilities', detail: parts.join('; ')} : undefined
}

const runAsNonRoot = ({spec}: PodToCheck): Failure | undefined => {
  if (spec.hostUsers === false) return undefined
  const pod = spec.securityContext?.runAsNonRoot
  const wrong = failing(spec, ({securityContext}) => securityContext?.runAsNonRoot === false)
  const silent = failing(spec, ({securityContext}) => securityContext?.runAsNonRoot === undefined)
  const parts = [...(pod === false ? ['pod'] : []), ...(wrong.length > 0 ? [named(wrong)] : [])]
  if (parts.length > 0)
    return {
      reason: 'runAsNonRoot != true',
      detail: `${parts.join(' and ')} must not set securityContext.runAsNonRoot=false`,
    }
  if (pod === true || silent.length === 0) return undefined
  return {
    reason: 'runAsNonRoot != true',
    detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true`,
  }
}

const runAsUser = ({spec}: PodToCheck): Failure | undefined => {
  if (spec.hostUsers === false) return undefined
  const bad = failing(spec, ({securityContext}) => securityContext?.runAsUser === 0)
  const parts = [...(spec.securityContext?.runAsUser === 0 ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])]
  return parts.length > 0
    ? {reason: 'runAsUser=0', detail: `${parts.join(' and ')} must not set runAsUser=0`}
    : undefined
}

const seccompRestricted = (pod: PodToCheck): Failure | undefined => {
  if (isWindows(pod)) return undefined
  const podType = pod.spec.securityContext?.seccompProfile?.type
  const isPodSet = podType !== undefined && !isLoose(podType)
  const wrong = failing(pod.spec, ({securityContext}) => {
    const type = securityContext?.seccompProfile?.type
    return type !== undefined && isLoose(type)
  })
  const silent = failing(pod.spec, ({securityContext}) => securityContext?.seccompProfile?.type === undefined)
  const bad = [...(podType !== undefined && !isPodSet ? ['pod'] : []), ...(wrong.length > 0 ? [named(wrong)] : [])]
  if (bad.length > 0) {
    const types = unique([
      ...(podType !== undefined && !isPodSet ? [podType] : []),
      ...wrong.map(({securityContext}) => securityContext?.seccompProfile?.type ?? ''),
    ])
    return {
      reason: 'seccompProfile',
      detail: `${bad.join(' and ')} must not set securityContext.seccompProfile.type to ${list(types)}`,
    }
  }
  if (isPodSet || silent.length === 0) return undefined
  return {
    reason: 'seccompProfile',
    detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  }
}

/** In the order failures are reported. */
export const checks: readonly Check[] = [
  {level: 'restricted', since: 8, run: privilegeEscalation},
  {level: 'baseline', since: 0, run: appArmor},
  {level: 'baseline', since: 0, until: 22, run: capabilities},
  {level: 'baseline', since: 22, run: capabilities},
  {level: 'restricted', since: 22, run: restrictedCapabilities},
  {level: 'baseline', since: 0, run: hostNamespaces},
  {level: 'baseline', since: 0, run: hostPathVolumes},
  {level: 'baseline', since: 0, run: hostPorts},
  {level: 'baseline', since: 34, run: hostProbes},
  {level: 'baseline', since: 0, run: privileged},
  {level: 'baseline', since: 0, run: procMount},
  {level: 'restricted', since: 0, run: restrictedVolumes},
  {level: 'restricted', since: 0, run: runAsNonRoot},
  {level: 'restricted', since: 23, run: runAsUser},
  {level: 'baseline', since: 0, run: seLinux},
  {level: 'baseline', since: 19, run: seccompBaseline},
  {level: 'restricted', since: 19, run: seccompRestricted},
  {level: 'baseline', since: 0, run: sysctls},
  {level: 'baseline', since: 0, run: windowsHostProcess},
]

/** A restricted check replaces the baseline check of the same thing. */
export const replacedByRestricted: ReadonlySet<Check['run']> = new Set([capabilities, hostPathVolumes, seccompBaseline])
