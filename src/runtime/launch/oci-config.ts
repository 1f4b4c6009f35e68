// A LaunchSpec as the configuration of an OCI runtime (runc, crun). Pure but for looking up devices.
import {allCapabilities} from '../capabilities.ts'
import {deviceNumbers} from '../device-numbers.ts'
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
    const {major, minor, mode, type} = deviceNumbers(source)
    return {path: target, type, major, minor, fileMode: mode}
  })

/** The usual ones come by themselves. */
const deviceRules = (spec: LaunchSpec): object[] => {
  if (spec.privileged) return [{allow: true, access: 'rwm'}]
  const given = spec.devices.map(({source}) => {
    const {major, minor, type} = deviceNumbers(source)
    return {allow: true, type, major, minor, access: 'rwm'}
  })
  return [{allow: false, access: 'rwm'}, ...given]
}

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
    resources: {devices: deviceRules(spec)},
    rootfsPropagation: sharesMounts(spec) ? 'rshared' : 'rslave',
    ...(spec.seccomp ? {seccomp: spec.seccomp} : {}),
    maskedPaths: spec.maskedPaths.map(({path}) => path),
    readonlyPaths: spec.readOnlyPaths,
  },
})
