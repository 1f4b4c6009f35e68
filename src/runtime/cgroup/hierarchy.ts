// Which control groups this machine has: version 2 alone, or version 1 (perhaps with an empty version 2 beside it).
import {existsSync, readFileSync} from 'node:fs'

export type Hierarchy =
  | {readonly version: 2; readonly root: string}
  | {
      readonly version: 1
      /** By controller. */
      readonly roots: Readonly<Record<string, string>>
      /** Where other programs (runc) make groups of the same name, for controllers that are not ours. */
      readonly others: readonly string[]
    }
  | {readonly version: 0}

const wanted = ['cpu', 'cpuacct', 'memory', 'pids', 'cpuset', 'devices']

/** `mounts` is the text of /proc/self/mounts. */
export const hierarchyFrom = (mounts: string): Hierarchy => {
  const roots: Record<string, string> = {}
  const others: string[] = []
  let unified = ''
  for (const line of mounts.split('\n')) {
    const [, path = '', type, options = ''] = line.split(' ')
    if (type === 'cgroup2') unified ||= path
    if (type !== 'cgroup') continue
    const ours = options.split(',').filter((controller) => wanted.includes(controller))
    for (const controller of ours) roots[controller] = path
    if (ours.length === 0) others.push(path)
  }
  if (Object.keys(roots).length > 0) return {version: 1, roots, others: unified ? [...others, unified] : others}
  return unified ? {version: 2, root: unified} : {version: 0}
}

export const readHierarchy = (): Hierarchy =>
  existsSync('/proc/self/mounts') ? hierarchyFrom(readFileSync('/proc/self/mounts', 'utf8')) : {version: 0}
