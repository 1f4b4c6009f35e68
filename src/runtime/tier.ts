// How much of a container this process can make, by what it is allowed to do here:
//   root             everything
//   user-namespace   root of a user namespace of its own (the daemon starts it in one): roots, processes, names and mounts
//                    are a container's own; its network is the machine's, and nothing is limited
//   plain            processes beside each other; only the image `host`
import {readFileSync} from 'node:fs'
import {networkInterfaces} from 'node:os'

export type TierName = 'root' | 'user-namespace' | 'plain'

/** What pods may want and this tier does not have, by the names that the kubelet knows. */
export type Lack = 'isolation' | 'limits' | 'pod-network' | 'users'

export interface Tier {
  readonly name: TierName
  readonly lacks: readonly Lack[]
  /** Whether a process can be this user or group. */
  hasId(id: number): boolean
  /** Whether a process can leave the groups it is in. */
  readonly maySetGroups: boolean
}

/** `text` of /proc/self/uid_map: lines of first id inside, first id outside, how many. */
const idsIn = (text: string): ((id: number) => boolean) => {
  const ranges = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return (id) => ranges.some(([first = 0, , count = 0]) => id >= first && id < first + count)
}

/** Nobody asked for another user: image `host` is root's, and each process is this user's. */
const isNobodyElse = (id: number): boolean => id === 0 || id === process.getuid?.()

const ALL_IDS = 4_294_967_295

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // not Linux
  }
}

export const tierOf = (facts: {
  readonly isRoot: boolean
  readonly uidMap: string
  readonly setGroups: string
}): Tier => {
  const hasId = idsIn(facts.uidMap)
  if (!facts.isRoot || facts.uidMap === '')
    return {
      name: 'plain',
      lacks: ['isolation', 'limits', 'pod-network', 'users'],
      hasId: isNobodyElse,
      maySetGroups: false,
    }
  if (hasId(ALL_IDS - 1)) return {name: 'root', lacks: [], hasId, maySetGroups: true}
  const lacks: Lack[] = ['limits', 'pod-network', ...(hasId(1) ? [] : (['users'] as const))]
  return {name: 'user-namespace', lacks, hasId, maySetGroups: facts.setGroups.trim() !== 'deny'}
}

export const readTier = (): Tier =>
  tierOf({
    isRoot: process.getuid?.() === 0,
    uidMap: readText('/proc/self/uid_map'),
    setGroups: readText('/proc/self/setgroups'),
  })

/** Where pods are that have no network of their own. */
export const machineAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({family, internal}) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
