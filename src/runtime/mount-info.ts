// What this machine has mounted where, and whether others hear of it.
import {readFileSync} from 'node:fs'

export interface MountPoint {
  readonly path: string
  /** In a group whose members see each other's mounts. */
  readonly shared: boolean
}

const unescapePath = (path: string): string =>
  path.replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)))

/** `text` of /proc/self/mountinfo. The last line about a path is the one on top. */
export const mountPoints = (text: string): MountPoint[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, , , , path = '', , ...rest] = line.split(' ')
      const tags = rest.slice(0, rest.indexOf('-'))
      return {path: unescapePath(path), shared: tags.some((tag) => tag.startsWith('shared:'))}
    })

const contains = (folder: string, path: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`)

/** The mount that holds this path. */
export const mountOf = (path: string, mounts: readonly MountPoint[]): MountPoint | undefined =>
  mounts
    .filter((mount) => contains(mount.path, path))
    .sort((a, b) => a.path.length - b.path.length)
    .at(-1)

/** Relative paths of other mounts inside a folder, outermost first. */
export const mountsBelow = (folder: string, mounts: readonly MountPoint[]): string[] => {
  const inside = mounts.map(({path}) => path).filter((path) => path !== folder && contains(folder, path))
  return [...new Set(inside)].sort().map((path) => (folder === '/' ? path : path.slice(folder.length)))
}

export const readMountPoints = (): MountPoint[] => mountPoints(readFileSync('/proc/self/mountinfo', 'utf8'))
