// A container's mounts as tables for `mount --all`, which mounts a whole table in one process: that is most of the
// speed of a launch. Three tables, because the root changes in between (see unshare-script.ts). Pure.
import type {BindMount, ImageMount, LaunchSpec} from './spec.ts'
import {TOOLS_MOUNT} from './tools.ts'

/** Where this machine's root hangs while a container takes what it needs from it; covered by devpts afterwards. */
export const OLD_ROOT = '/dev/pts'
/** Covered by the last mount of the last table. */
export const LATE_TABLE = '/dev/mqueue/table'

const field = (text: string): string =>
  text.replace(/[\s\\#]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`)

const entry = (source: string, target: string, type: string, options: string): string =>
  `${field(source)} ${field(target)} ${type} ${options} 0 0`

const escapeLayer = (name: string): string => name.replace(/[\\:,]/g, '\\$&')

/** Short names where the mount is made: the options of one mount are a page at most. */
const lowerOption = (lower: readonly string[], from: string): string => {
  const names = lower.map((path) => (from !== '/' && path.startsWith(`${from}/`) ? path.slice(from.length + 1) : path))
  return `lowerdir=${names.map(escapeLayer).join(':')}`
}

const overlayOptions = (lower: readonly string[], upper: string, work: string, from = '/'): string =>
  `${lowerOption(lower, from)},upperdir=${upper},workdir=${work}`

const tableText = (entries: readonly string[]): string => `${entries.join('\n')}\n`

/** Flags that others set on a mount may not be taken away in a user namespace: they are set again. */
const KEPT_FLAGS = ',nosuid,nodev,noexec'

/** One layer is bound as it is: an overlay wants two. */
const imageEntry = ({layers, target}: ImageMount, from: string, notes: string): string =>
  layers.length === 1
    ? entry(layers[0] ?? '', target, 'none', 'bind,ro')
    : entry('overlay', target, 'overlay', `ro,${lowerOption(layers, from)}${notes}`)

const rootEntries = ({folder, images, inUserNamespace, root}: LaunchSpec): string[] => {
  const target = `${folder}/root`
  const {host, shown = []} = root
  const notes = inUserNamespace ? ',userxattr' : ''
  const overlay = (path: string, lower: readonly string[], upper: string, work: string, from?: string): string =>
    entry('overlay', path, 'overlay', `${overlayOptions(lower, upper, work, from)}${notes}`)
  return [
    ...(host ? [overlay(host.path, ['/'], host.upper, host.work)] : []),
    overlay(target, root.lower, root.upper, root.work, root.layersFolder),
    ...root.submounts.map(({path, upper, work}) => overlay(`${target}${path}`, [path], upper, work)),
    ...shown.map((path) => entry(path, `${target}${path}`, 'none', 'rbind')),
    ...images.map((image) => imageEntry(image, root.layersFolder, notes)),
  ]
}

/** Only the root: other launchers do the rest themselves. */
export const rootTable = (spec: LaunchSpec): string => tableText(rootEntries(spec))

export const earlyTable = (spec: LaunchSpec): string => {
  const target = `${spec.folder}/root`
  return tableText([
    ...rootEntries(spec),
    entry('proc', `${target}/proc`, 'proc', 'nosuid,nodev,noexec'),
    ...spec.readOnlyPaths.map((path) => entry(`${target}${path}`, `${target}${path}`, 'none', 'bind,ro')),
    entry('tmpfs', `${target}/dev`, 'tmpfs', 'nosuid,mode=755,size=65536k'),
  ])
}

/** A container sees its own group only; a privileged one sees them all. */
const cgroupEntries = ({cgroupMounts, cgroupView, privileged}: LaunchSpec): string[] => {
  if (privileged) return [entry(`${OLD_ROOT}/sys/fs/cgroup`, '/sys/fs/cgroup', 'none', 'rbind')]
  const unified = cgroupMounts.find(([controller]) => controller === '')
  if (unified) return [entry(OLD_ROOT + unified[1], '/sys/fs/cgroup', 'none', 'bind,ro')]
  if (cgroupMounts.length === 0) return []
  return [
    entry(`${OLD_ROOT}${cgroupView}`, '/sys/fs/cgroup', 'none', 'bind,ro'),
    ...cgroupMounts.map(([controller, path]) =>
      entry(OLD_ROOT + path, `/sys/fs/cgroup/${controller}`, 'none', 'bind,ro'),
    ),
  ]
}

/** sysfs shows the devices of the network namespace it was mounted in: without one of our own it must be borrowed. */
const sysEntries = (spec: LaunchSpec): string[] => {
  const readOnly = spec.privileged ? '' : ',ro'
  const kept = spec.inUserNamespace && readOnly ? KEPT_FLAGS : ''
  if (!spec.namespaces.net) return [entry(`${OLD_ROOT}/sys`, '/sys', 'none', `rbind${readOnly}${kept}`)]
  return [entry('sysfs', '/sys', 'sysfs', `nosuid,nodev,noexec${readOnly}`), ...cgroupEntries(spec)]
}

const propagations: Readonly<Record<BindMount['propagation'], readonly string[]>> = {
  private: ['rprivate'],
  slave: ['rslave'],
  // As the source is: a member of the same group.
  shared: [],
}

const bindOptions = ({noPrograms, propagation, readOnly}: BindMount): string =>
  ['rbind', ...propagations[propagation], ...(readOnly ? ['ro'] : []), ...(noPrograms ? ['noexec'] : [])].join(',')

/** Every other mount inside once more, upon itself and read-only. */
const belowEntries = ({readOnlyBelow = [], target}: BindMount): string[] =>
  readOnlyBelow.map((path) => entry(`${target}${path}`, `${target}${path}`, 'none', 'bind,ro'))

const outermostFirst = (mounts: readonly BindMount[]): BindMount[] =>
  [...mounts].sort((a, b) => a.target.split('/').length - b.target.split('/').length)

/** What comes from this machine, while its root is still in reach. */
export const middleTable = (spec: LaunchSpec, toolsFolder: string | undefined): string =>
  tableText([
    ...(toolsFolder ? [entry(OLD_ROOT + toolsFolder, TOOLS_MOUNT, 'none', 'bind,ro,X-mount.mkdir')] : []),
    spec.shmFolder
      ? entry(OLD_ROOT + spec.shmFolder, '/dev/shm', 'none', 'bind')
      : entry('tmpfs', '/dev/shm', 'tmpfs', 'nosuid,nodev,noexec,size=64m'),
    ...sysEntries(spec),
    ...spec.root.masked.map((path) => entry('tmpfs', path, 'tmpfs', 'ro,mode=700,size=4k')),
    ...outermostFirst(spec.mounts).flatMap((mount) => [
      entry(OLD_ROOT + (mount.source === '/' ? '' : mount.source), mount.target, 'none', bindOptions(mount)),
      ...belowEntries(mount),
    ]),
  ])

/** What needs nothing of this machine. The last one covers this very table. */
export const lateTable = (spec: LaunchSpec): readonly string[] => [
  entry(
    'devpts',
    '/dev/pts',
    'devpts',
    `newinstance,ptmxmode=0666,mode=0620${spec.inUserNamespace ? '' : ',gid=5'},nosuid,noexec`,
  ),
  ...spec.maskedPaths.map(({path, isFolder}) =>
    isFolder ? entry('tmpfs', path, 'tmpfs', 'ro,size=4k') : entry('/dev/null', path, 'none', 'bind'),
  ),
  entry('mqueue', '/dev/mqueue', 'mqueue', 'nosuid,nodev,noexec'),
]
