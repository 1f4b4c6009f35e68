// Pods with users of their own (`hostUsers: false`): each gets 65536 of this machine's numbers, kept in its folder.
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {NamespaceMode} from '../../lib/cri/enums.ts'
import type {Message} from '../../lib/cri/messages.ts'
import {podPaths} from '../volumes/paths.ts'
import type {ThePod} from './types.ts'

export type IdMapping = Message<'IDMapping'>

const LENGTH = 65_536
const FILE = 'userns'

export const wantsOwnUsers = ({spec}: ThePod): boolean => spec?.hostUsers === false

const startIn = (folder: string): number | undefined => {
  const file = join(folder, FILE)
  if (!existsSync(file)) return undefined
  const {uidMappings} = JSON.parse(readFileSync(file, 'utf8')) as {uidMappings?: {hostId: number}[]}
  return uidMappings?.[0]?.hostId
}

const taken = (podsFolder: string): ReadonlySet<number> =>
  new Set(readdirSync(podsFolder).flatMap((uid) => startIn(join(podsFolder, uid)) ?? []))

const firstFree = (podsFolder: string): number => {
  const used = taken(podsFolder)
  let start = LENGTH
  while (used.has(start)) start += LENGTH
  if (start + LENGTH > 2 ** 32) throw new Error('no user numbers are left for another pod')
  return start
}

/** The same for as long as the pod is here. */
export const usersOf = (pod: ThePod, podsFolder: string): readonly IdMapping[] => {
  const {folder} = podPaths(podsFolder, pod.metadata.uid)
  const hostId = startIn(folder) ?? firstFree(podsFolder)
  const mapping = [{hostId, containerId: 0, length: LENGTH}]
  mkdirSync(folder, {recursive: true, mode: 0o755})
  writeFileSync(join(folder, FILE), JSON.stringify({uidMappings: mapping, gidMappings: mapping}), {mode: 0o600})
  return mapping
}

/** What the runtime is told; `canOwn`: whether its handler can give pods users of their own. */
export const userNamespace = (
  pod: ThePod,
  podsFolder: string,
  canOwn: boolean,
): Message<'UserNamespace'> | undefined => {
  if (!wantsOwnUsers(pod)) return canOwn ? {mode: NamespaceMode.NODE} : undefined
  if (!canOwn) throw new Error('user namespaces (hostUsers: false) are not supported by the container runtime')
  const mapping = usersOf(pod, podsFolder)
  return {mode: NamespaceMode.POD, uids: mapping, gids: mapping}
}
