// /etc/passwd and /etc/group of an image, read from its layers.
import {lstatSync, readFileSync, readlinkSync} from 'node:fs'
import {dirname, join, posix} from 'node:path'
import type {ProcessUser} from '../launch/spec.ts'

const MOST_LINKS = 8

/** Of the topmost layer that has it. A link leads to a place in the image, not on this machine. */
const readFromLayers = (layers: readonly string[], file: string, links = 0): string => {
  for (const layer of layers) {
    const path = join(layer, file)
    const stats = lstatSync(path, {throwIfNoEntry: false})
    if (!stats) continue
    if (stats.isFile()) return readFileSync(path, 'utf8')
    if (!stats.isSymbolicLink() || links === MOST_LINKS) return ''
    return readFromLayers(layers, posix.resolve('/', dirname(file), readlinkSync(path)), links + 1)
  }
  return ''
}

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(':'))

export interface Account extends ProcessUser {
  readonly home: string
}

const idOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

/** `user`, `user:group`, numbers allowed. Undefined where the image knows no such name. */
export const accountOf = (layers: readonly string[], name: string, group?: string): Account | undefined => {
  const passwd = rows(readFromLayers(layers, 'etc/passwd'))
  const groups = rows(readFromLayers(layers, 'etc/group'))
  const row = passwd.find(([login]) => login === name) ?? passwd.find(([, , uid]) => uid === name)
  const uid = idOf(row?.[2]) ?? idOf(name)
  if (uid === undefined) return undefined
  const named = group ? groups.find(([title]) => title === group)?.[2] : undefined
  const gid = group ? (idOf(named) ?? idOf(group)) : (idOf(row?.[3]) ?? 0)
  if (gid === undefined) return undefined
  const login = row?.[0]
  const more = groups
    .filter(([, , , members]) => login && members?.split(',').includes(login))
    .flatMap(([, , id]) => idOf(id) ?? [])
  return {uid, gid, groups: more, home: row?.[5] || '/'}
}
