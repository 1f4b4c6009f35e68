// A LaunchSpec as the configuration of an OCI runtime (runc, crun). Pure but for looking up devices.
import {statSync} from 'node:fs'
import {allCapabilities} from '../capabilities.ts'
import {type LaunchSpec, type ProcessSpec, sharesMounts} from './spec.ts'

interface OciMount {
  readonly destination: string
  readonly type: string
  readonly source: string
  readonly options: readonly string[]
}

const bind = (source: string, destination: string, ...options: readonly string[]): OciMount => ({
  destination,
  type: 'bind',
  source,
  options,
})

const kernelMounts = (spec: LaunchSpec): OciMount[] => {
  const sysOptions = ['nosuid', 'noexec', 'nodev', ...(spec.privileged ? [] : ['ro'])]
  return [
    {destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev']},
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    {destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev']},
    ...(spec.shmFolder ? [bind(spec.shmFolder, '/dev/shm', 'rbind', 'rw')] : []),
    spec.namespaces.net
      ? {destination: '/sys', type: 'sysfs', source: 'sysfs', options: sysOptions}
      : bind('/sys', '/sys', 'rbind', ...(spec.privileged ? [] : ['ro'])),
    ...cgroupMounts(spec),
  ]
}

/** A container sees its own group only; a privileged one sees them all. */
const cgroupMounts = ({cgroupMounts: groups, cgroupView, namespaces: {net}, privileged}: LaunchSpec): OciMount[] => {
  if (!net || groups.length === 0) return []
  if (privileged) return [bind('/sys/fs/cgroup', '/sys/fs/cgroup', 'rbind')]
  const unified = groups.find(([controller]) => controller === '')
  if (unified) return [bind(unified[1], '/sys/fs/cgroup', 'bind', 'ro')]
  return [
    bind(cgroupView, '/sys/fs/cgroup', 'bind', 'ro'),
    ...groups.map(([controller, path]) => bind(path, `/sys/fs/cgroup/${controller}`, 'bind', 'ro')),
  ]
}

const volumeMounts = ({mounts}: LaunchSpec): OciMount[] =>
  [...mounts]
    .sort((a, b) => a.target.split('/').length - b.target.split('/').length)
    .map(({noPrograms, propagation, readOnly, readOnlyBelow, source, target}) =>
      bind(
        source,
        target,
        'rbind',
        `r${propagation}`,
        readOnly ? (readOnlyBelow ? 'rro' : 'ro') : 'rw',
        ...(noPrograms ? ['noexec'] : []),
      ),
    )

const maskMounts = ({root}: LaunchSpec): OciMount[] =>
  root.masked.map((path) => ({
    destination: path,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['ro', 'mode=700', 'size=4k'],
  }))

const namespaces = ({namespaces: {ipc, net, pid, uts}}: LaunchSpec): object[] => [
  {type: 'mount'},
  ...(net ? [{type: 'network', path: net}] : []),
  ...(ipc ? [{type: 'ipc', path: ipc}] : []),
  ...(uts ? [{type: 'uts', path: uts}] : []),
  ...(pid === 'new' ? [{type: 'pid'}] : pid ? [{type: 'pid', path: pid}] : []),
]

const devices = (spec: LaunchSpec): object[] =>
  spec.devices.map(({source, target}) => {
    const {mode, rdev} = statSync(source)
    const isBlock = (mode & 0o170000) === 0o060000
    // As glibc packs them.
    const major = (rdev >> 8) & 0xfff
    const minor = (rdev & 0xff) | ((rdev >> 12) & 0xfff00)
    return {path: target, type: isBlock ? 'b' : 'c', major, minor, fileMode: mode & 0o777}
  })

export const ociProcess = (process: ProcessSpec, terminal: boolean, possible: ReadonlySet<string>): object => {
  const kept = (process.capabilities ?? allCapabilities).filter((name) => possible.has(name))
  const names = kept.map((name) => `CAP_${name.toUpperCase()}`)
  const {gid, groups, uid} = process.user
  return {
    terminal,
    user: {uid, gid, additionalGids: groups},
    args: process.command,
    env: process.env.map(([name, value]) => `${name}=${value}`),
    cwd: process.cwd,
    capabilities: {bounding: names, effective: names, permitted: names},
    noNewPrivileges: process.noNewPrivileges,
  }
}

export const ociConfig = (spec: LaunchSpec, cgroupsPath: string, possible: ReadonlySet<string>): object => ({
  ociVersion: '1.0.2',
  process: {
    ...ociProcess(spec.process, spec.tty, possible),
    ...(spec.oomScoreAdj === undefined ? {} : {oomScoreAdj: spec.oomScoreAdj}),
  },
  ...(spec.hostname ? {hostname: spec.hostname} : {}),
  root: {path: 'root', readonly: spec.readOnlyRoot},
  mounts: [...kernelMounts(spec), ...maskMounts(spec), ...volumeMounts(spec)],
  linux: {
    namespaces: namespaces(spec),
    cgroupsPath,
    devices: devices(spec),
    resources: {devices: [{allow: true, access: 'rwm'}]},
    rootfsPropagation: sharesMounts(spec) ? 'rshared' : 'rslave',
    ...(spec.seccomp ? {seccomp: spec.seccomp} : {}),
    maskedPaths: spec.maskedPaths.map(({path}) => path),
    readonlyPaths: spec.readOnlyPaths,
  },
})
