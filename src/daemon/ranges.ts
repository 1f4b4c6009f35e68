// Addresses of one profile never are another's: the first takes Kubernetes' usual ranges, each further one the next that
// nobody on this machine has. Who has which stands in a folder of the machine's, a file a choice.
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'

import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {IpFamily} from '../api/meta/ip.ts'
import {hasCode} from '../lib/node-error.ts'
import {UsageError} from '../lib/usage-error.ts'

type ByFamily = Readonly<Record<IpFamily, string>>

export interface Ranges {
  readonly pods: ByFamily
  readonly services: ByFamily
  /** Where services of type LoadBalancer get their addresses. */
  readonly balancers: ByFamily
}

const MOST_PROFILES = 32

const choice = (at: number): Ranges => ({
  pods: {IPv4: `10.${244 - at}.0.0/16`, IPv6: `fd00:10:${244 - at}::/56`},
  services: {IPv4: `10.${96 + at}.0.0/16`, IPv6: `fd00:10:${96 + at}::/112`},
  balancers: {IPv4: `10.95.${255 - at}.0/24`, IPv6: `fd00:10:95:${255 - at}::/112`},
})

export const usualRanges = choice(0)

/** Of the whole machine where we may write there. */
const registry = (): string => {
  const uid = process.getuid?.() ?? 0
  return uid === 0 && existsSync('/run') ? '/run/mini/ranges' : join(tmpdir(), `mini-${uid}-ranges`)
}

const ownerOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** False when a profile that still exists has it. */
const take = (file: string, folder: string): boolean => {
  for (;;)
    try {
      writeFileSync(file, folder, {flag: 'wx'})
      return true
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
      const owner = ownerOf(file)
      if (owner === folder) return true
      if (owner === undefined) continue
      if (owner === '' || existsSync(owner)) return false
      // Its profile was removed by hand.
      rmSync(file, {force: true})
    }
}

/** The profile's ranges: those it has had since its first start, or the first that are free. */
export const claimRanges = (folder: string): Ranges => {
  const root = registry()
  mkdirSync(root, {recursive: true, mode: 0o755})
  const owned = readdirSync(root).find((name) => ownerOf(join(root, name)) === folder)
  if (owned !== undefined) return choice(Number(owned))
  for (let at = 0; at < MOST_PROFILES; at++) if (take(join(root, String(at)), folder)) return choice(at)
  throw new UsageError(
    `${MOST_PROFILES} profiles have addresses on this machine: delete one with 'mini profile delete', or give this one its own with --pod-cidr and --service-cluster-ip-range`,
  )
}

/** What a profile has claimed, to give back or to clean up after it. */
export const claimedRanges = (folder: string): Ranges | undefined => {
  const root = registry()
  if (!existsSync(root)) return undefined
  const owned = readdirSync(root).find((name) => ownerOf(join(root, name)) === folder)
  return owned === undefined ? undefined : choice(Number(owned))
}

export const releaseRanges = (folder: string): void => {
  const root = registry()
  if (!existsSync(root)) return
  for (const name of readdirSync(root))
    if (ownerOf(join(root, name)) === folder) rmSync(join(root, name), {force: true})
}
