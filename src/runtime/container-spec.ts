// From CRI's wishes to a LaunchSpec: who the process is, what it sees, what limits it.
import {existsSync, mkdirSync, readFileSync, realpathSync, statSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {MountPropagation, NamespaceMode, ProfileType} from '../lib/cri/enums.ts'
import type {Received} from '../lib/cri/messages.ts'
import {GrpcError, grpcCodes} from '../lib/grpc/status.ts'
import {boundingSet, capabilitiesOf, withoutDevices} from './capabilities.ts'
import type {Cgroups} from './cgroup/cgroups.ts'
import {makeSkeleton} from './host-folders.ts'
import {readSubmounts} from './host-mounts.ts'
import {type FindImage, imageBindOf, isImageMount} from './image-mounts.ts'
import {accountOf} from './images/accounts.ts'
import type {RuntimeImage} from './images/image.ts'
import type {BindMount, LaunchSpec, NamespaceSpec, ProcessSpec, ProcessUser, RootLayers} from './launch/spec.ts'
import {mountOf, mountsBelow, readMountPoints} from './mount-info.ts'
import {namespaceFile} from './network/namespaces.ts'
import type {ContainerRecord, SandboxRecord} from './records.ts'
import {profileOf} from './seccomp/profile-of.ts'
import type {Tier} from './tier.ts'

type ContainerConfig = Received<'ContainerConfig'>
type SecurityContext = Received<'LinuxContainerSecurityContext'>

const ownStatus = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
const possible = boundingSet(ownStatus)
/** Lowering it below our own needs a capability that some machines keep from us. */
const lowestOomScoreAdj = possible.has('sys_resource')
  ? -1000
  : existsSync('/proc/self/oom_score_adj')
    ? Number(readFileSync('/proc/self/oom_score_adj', 'utf8').trim())
    : 0

const isFolder = (path: string): boolean => statSync(path).isDirectory()

const userOf = (security: SecurityContext | undefined, image: RuntimeImage): ProcessUser & {home: string} => {
  const [imageUser = '', imageGroup] = image.config.user.split(':')
  const name =
    security?.runAsUser !== undefined ? String(security.runAsUser.value) : security?.runAsUsername || imageUser || '0'
  const asked = security?.runAsGroup !== undefined ? String(security.runAsGroup.value) : undefined
  const group = asked ?? (name === imageUser ? imageGroup : undefined)
  const account = accountOf(image.layers, name, group)
  if (!account)
    throw new GrpcError(grpcCodes.invalidArgument, `unable to find user ${name}: no matching entries in passwd file`)
  const strict = security?.supplementalGroupsPolicy === 1
  const groups = new Set([account.gid, ...(strict ? [] : account.groups), ...(security?.supplementalGroups ?? [])])
  return {uid: account.uid, gid: account.gid, groups: [...groups], home: account.home}
}

const pairOf = (text: string): readonly [string, string] => {
  const equals = text.indexOf('=')
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]
}

export const commandOf = ({command, args}: ContainerConfig, {config}: RuntimeImage): readonly string[] => {
  if (command.length > 0) return [...command, ...args]
  return [...config.entrypoint, ...(args.length > 0 ? args : config.cmd)]
}

const processOf = (
  config: ContainerConfig,
  image: RuntimeImage,
  {hostname, usual}: {readonly hostname: string; readonly usual: readonly string[] | undefined},
): ProcessSpec => {
  const security = config.linux?.securityContext
  const user = userOf(security, image)
  const command = commandOf(config, image)
  if (command.length === 0) throw new GrpcError(grpcCodes.invalidArgument, 'no command specified')
  const env = new Map(image.config.env.map(pairOf))
  if (!env.has('PATH')) env.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  if (config.tty) env.set('TERM', 'xterm')
  env.set('HOSTNAME', hostname)
  for (const {key, value} of config.envs) env.set(key, value)
  if (!env.has('HOME')) env.set('HOME', user.home)
  return {
    command,
    env: [...env],
    cwd: config.workingDir || image.config.workingDir || '/',
    user,
    capabilities: security?.privileged ? undefined : capabilitiesOf(security?.capabilities, possible, usual),
    noNewPrivileges: security?.noNewPrivs ?? false,
  }
}

/** Users that this machine does not let us be are refused before anything starts. */
const processFor = ({hasId, maySetGroups, name}: Tier, spec: ProcessSpec): ProcessSpec => {
  if (name === 'root') return spec
  const {gid, uid} = spec.user
  for (const id of [uid, gid])
    if (!hasId(id))
      throw new GrpcError(
        grpcCodes.failedPrecondition,
        `a container as user or group ${id} needs root on this machine, or ranges for this user in /etc/subuid and /etc/subgid with newuidmap`,
      )
  return {...spec, user: {...spec.user, keepsGroups: !maySetGroups}}
}

const propagationOf = (value: number): BindMount['propagation'] =>
  value === MountPropagation.BIDIRECTIONAL
    ? 'shared'
    : value === MountPropagation.HOST_TO_CONTAINER
      ? 'slave'
      : 'private'

const checkShared = (source: string): void => {
  const mount = mountOf(source, readMountPoints())
  if (mount?.shared) return
  throw new GrpcError(
    grpcCodes.unknown,
    `failed to generate spec: path "${source}" is mounted on "${mount?.path ?? '/'}" but it is not a shared mount`,
  )
}

const bindOf = ({containerPath, hostPath, propagation, readonly, recursiveReadOnly}: Received<'Mount'>): BindMount => {
  if (!existsSync(hostPath)) mkdirSync(hostPath, {recursive: true})
  const source = realpathSync(hostPath)
  const kind = propagationOf(propagation)
  if (kind === 'shared') checkShared(source)
  return {
    source,
    target: containerPath,
    readOnly: readonly,
    propagation: kind,
    ...(recursiveReadOnly ? {readOnlyBelow: mountsBelow(source, readMountPoints())} : {}),
    isFolder: isFolder(source),
  }
}

/** What every pod has unless its containers bring their own. */
const sandboxMounts = (sandbox: SandboxRecord, given: readonly BindMount[]): BindMount[] =>
  (['hostname', 'resolv.conf', 'hosts'] as const).flatMap((name) => {
    const source = join(sandbox.folder, name)
    const target = `/etc/${name}`
    if (!existsSync(source) || given.some((mount) => mount.target === target)) return []
    return [{source, target, readOnly: false, propagation: 'private' as const, isFolder: false}]
  })

const namespacesOf = (
  sandbox: SandboxRecord,
  security: SecurityContext | undefined,
  targetPid: number | undefined,
): NamespaceSpec => {
  const options = security?.namespaceOptions ?? sandbox.config.linux?.securityContext?.namespaceOptions
  const file = (kind: 'net' | 'ipc' | 'uts'): string | undefined =>
    sandbox.namespaces.includes(kind) ? namespaceFile(sandbox.folder, kind) : undefined
  const pidMode = options?.pid ?? NamespaceMode.CONTAINER
  const joined = targetPid ?? (pidMode === NamespaceMode.POD ? sandbox.holderPid : undefined)
  const pid = joined ? `/proc/${joined}/ns/pid` : pidMode === NamespaceMode.NODE ? undefined : 'new'
  return {net: file('net'), ipc: file('ipc'), uts: file('uts'), pid}
}

const rootOf = (record: ContainerRecord, image: RuntimeImage, {mask, tier}: SpecSources): RootLayers => {
  const folders = (name: string) => {
    const upper = join(record.folder, name, 'upper')
    const work = join(record.folder, name, 'work')
    mkdirSync(upper, {recursive: true, mode: 0o755})
    mkdirSync(work, {recursive: true})
    return {upper, work}
  }
  mkdirSync(join(record.folder, 'root'), {recursive: true})
  const own = folders('layer')
  const layersFolder = dirname(image.layers[0] ?? '/')
  if (!image.onHost) {
    for (const name of ['proc', 'sys', 'dev'])
      if (!image.layers.some((layer) => existsSync(join(layer, name))))
        mkdirSync(join(own.upper, name), {recursive: true})
    return {layersFolder, lower: image.layers, ...own, submounts: [], masked: []}
  }
  if (tier.name === 'user-namespace') {
    const skeleton = join(record.folder, 'skeleton')
    const {layers, shown} = makeSkeleton(skeleton)
    const submounts = layers.map((path, index) => ({path, ...folders(`mount${index}`)}))
    const lower = [...image.layers.slice(0, -1), skeleton]
    const seen = [...layers, ...shown]
    const masked = mask.filter((path) => existsSync(path) && seen.some((folder) => path.startsWith(`${folder}/`)))
    return {layersFolder, lower, ...own, submounts, shown, masked}
  }
  const submounts = readSubmounts(mask).map((path, index) => ({path, ...folders(`mount${index}`)}))
  const isPlain = image.layers.length === 1
  const host = isPlain ? undefined : {path: join(record.folder, 'host', 'root'), ...folders('host')}
  if (host) mkdirSync(host.path)
  const lower = host ? [...image.layers.slice(0, -1), host.path] : image.layers
  const shownMounts = new Set(['/', ...submounts.map(({path}) => path)])
  const mounts = readMountPoints()
  // What lies on a file system that the container does not have needs no hiding.
  const isSeen = (path: string): boolean => shownMounts.has(mountOf(dirname(path), mounts)?.path ?? '/')
  return {layersFolder, host, lower, ...own, submounts, masked: mask.filter((path) => existsSync(path) && isSeen(path))}
}

export interface SpecSources {
  readonly cgroups: Cgroups
  readonly cgroupView: string
  /** An image by its name or id. */
  readonly find: FindImage
  readonly mask: readonly string[]
  readonly tier: Tier
  /** Of the container whose pid namespace is to be joined. */
  readonly targetPid: number | undefined
}

export const launchSpecOf = (
  record: ContainerRecord,
  sandbox: SandboxRecord,
  image: RuntimeImage,
  sources: SpecSources,
): LaunchSpec => {
  const {cgroups, cgroupView, targetPid, tier} = sources
  const {config} = record
  const security = config.linux?.securityContext
  const privileged = security?.privileged ?? false
  const hostname = sandbox.config.hostname || readFileSync('/proc/sys/kernel/hostname', 'utf8').trim()
  const fromImages = config.mounts
    .filter(isImageMount)
    .map((mount, at) => imageBindOf(mount, at, record.folder, sources.find))
  const mounts = [
    ...config.mounts.filter((mount) => !isImageMount(mount)).map(bindOf),
    ...fromImages.map(({bind}) => bind),
  ]
  const oom = config.linux?.resources?.oomScoreAdj
  const namespaces = namespacesOf(sandbox, security, targetPid)
  const process = processFor(
    tier,
    processOf(config, image, {hostname, usual: cgroups.version === 2 ? withoutDevices : undefined}),
  )
  return {
    id: record.id,
    folder: record.folder,
    hostname: namespaces.uts ? sandbox.config.hostname : undefined,
    isHostImage: image.onHost,
    inUserNamespace: tier.name === 'user-namespace',
    root: rootOf(record, image, sources),
    readOnlyRoot: security?.readonlyRootfs ?? false,
    privileged,
    mounts: [...mounts, ...sandboxMounts(sandbox, mounts)],
    images: fromImages.map((one) => one.image),
    shmFolder: namespaces.ipc ? join(sandbox.folder, 'shm') : '/dev/shm',
    devices: config.devices.map(({hostPath, containerPath}) => ({source: hostPath, target: containerPath})),
    maskedPaths: (privileged ? [] : (security?.maskedPaths ?? []))
      .filter((path) => existsSync(path))
      .map((path) => ({path, isFolder: isFolder(path)})),
    readOnlyPaths: privileged ? [] : (security?.readonlyPaths ?? []).filter((path) => existsSync(path)),
    namespaces,
    cgroupProcs: cgroups.procsFiles(record.cgroupPath),
    cgroupMounts: cgroups.mounts(record.cgroupPath),
    cgroupView,
    cgroupPath: record.cgroupPath,
    oomScoreAdj: oom === undefined ? undefined : Math.max(oom, lowestOomScoreAdj),
    process,
    seccomp: profileOf(security, process.capabilities),
    needsSeccomp: security?.seccomp?.profileType === ProfileType.Localhost && !privileged,
    tty: config.tty,
    stdin: config.stdin,
  }
}
