// /etc/passwd and /etc/group of an image, read from its layers.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ProcessUser} from '../launch/spec.ts'

/** Of the topmost layer that has it. */
const readFromLayers = (layers: readonly string[], file: string): string => {
  for (const layer of layers)
    try {
      return readFileSync(join(layer, file), 'utf8')
    } catch {
      // not in this layer
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
