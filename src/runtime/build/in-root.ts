// Paths inside a root that is not ours: their links lead to places in that root.
import {lstatSync, readlinkSync} from 'node:fs'
import {join, posix} from 'node:path'

const MOST_LINKS = 40

/** Where `path` is on this machine; what is not there yet is taken as it is. `follow`: the last name too. */
export const inRoot = (root: string, path: string, follow = true): string => {
  const waiting = posix.normalize(`/${path}`).split('/').filter(Boolean)
  let [resolved, links] = ['/', 0]
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (part === '..') {
      resolved = posix.dirname(resolved)
      continue
    }
    const next = posix.join(resolved, part)
    const stats = lstatSync(join(root, next), {throwIfNoEntry: false})
    if (!stats?.isSymbolicLink() || (waiting.length === 0 && !follow)) {
      resolved = next
      continue
    }
    if (++links > MOST_LINKS) throw new Error(`${path}: too many levels of symbolic links`)
    const target = readlinkSync(join(root, next))
    if (target.startsWith('/')) resolved = '/'
    waiting.unshift(...target.split('/').filter((name) => name !== '' && name !== '.'))
  }
  return join(root, resolved)
}
