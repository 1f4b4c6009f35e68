// Which control groups this machine has: version 2 alone, or version 1 (perhaps with an empty version 2 beside it).
import {existsSync, readFileSync} from 'node:fs'

export type Hierarchy =
  | {readonly version: 2; readonly root: string}
  | {readonly version: 1; readonly roots: Readonly<Record<string, string>>}
  | {readonly version: 0}

const wanted = ['cpu', 'cpuacct', 'memory', 'pids', 'cpuset']

/** `mounts` is the text of /proc/self/mounts. */
export const hierarchyFrom = (mounts: string): Hierarchy => {
  const roots: Record<string, string> = {}
  let unified = ''
  for (const line of mounts.split('\n')) {
    const [, path = '', type, options = ''] = line.split(' ')
    if (type === 'cgroup2') unified ||= path
    if (type !== 'cgroup') continue
    for (const controller of options.split(',')) if (wanted.includes(controller)) roots[controller] = path
  }
  if (Object.keys(roots).length > 0) return {version: 1, roots}
  return unified ? {version: 2, root: unified} : {version: 0}
}

export const readHierarchy = (): Hierarchy =>
  existsSync('/proc/self/mounts') ? hierarchyFrom(readFileSync('/proc/self/mounts', 'utf8')) : {version: 0}
