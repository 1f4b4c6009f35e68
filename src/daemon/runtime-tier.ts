// How much of a container the embedded runtime can make on this machine, and how it is started for that.
import {spawnSync} from 'node:child_process'

export type RuntimeTier = 'root' | 'user-namespace' | 'plain'

const namespaceFlags = ['--user', '--map-root-user', '--mount', '--propagation', 'slave']

/** With the ranges of /etc/subuid where there are any. */
const workingFlags = (): readonly string[] | undefined =>
  [[...namespaceFlags, '--map-auto'], namespaceFlags].find(
    (flags) => spawnSync('unshare', [...flags, 'true']).status === 0,
  )

export interface HostTier {
  readonly name: RuntimeTier
  /** Words before a program that is to run in it. */
  readonly enter: readonly string[]
}

export const hostTier = (): HostTier => {
  if (process.platform !== 'linux') return {name: 'plain', enter: []}
  if (process.getuid?.() === 0) return {name: 'root', enter: []}
  const flags = workingFlags()
  return flags ? {name: 'user-namespace', enter: ['unshare', ...flags]} : {name: 'plain', enter: []}
}
