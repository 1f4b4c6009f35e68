// Which file systems of this machine belong to the image `host` beside its root: disks, not kernel views.
import {readFileSync} from 'node:fs'

const diskTypes = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'f2fs', 'reiserfs', 'jfs', 'bcachefs'])
const unwanted = [
  '/proc',
  '/sys',
  '/dev',
  '/run',
  '/boot',
  '/var/lib/docker',
  '/var/lib/containerd',
  '/var/lib/kubelet',
]

/** What is mounted in there comes and goes (crun does it for a moment): it may be gone when a container is set up. */
const passing = ['/tmp/', '/var/tmp/']

const unescapePath = (path: string): string =>
  path.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)))

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** `mounts` is the text of /proc/self/mounts; outermost first. */
export const submountsFrom = (mounts: string, excluded: readonly string[]): string[] => {
  const paths = mounts.split('\n').flatMap((line) => {
    const [, path = '', type = ''] = line.split(' ')
    const plain = unescapePath(path)
    const skip =
      plain === '/' || !diskTypes.has(type) || [...unwanted, ...excluded].some((folder) => isBelow(plain, folder))
    return skip || passing.some((folder) => plain.startsWith(folder)) ? [] : [plain]
  })
  return [...new Set(paths)].sort((a, b) => a.split('/').length - b.split('/').length)
}

export const readSubmounts = (excluded: readonly string[]): string[] =>
  submountsFrom(readFileSync('/proc/self/mounts', 'utf8'), excluded)
