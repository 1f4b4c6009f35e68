// Named copies of the database: saved while the cluster runs, restored by the next start.
import {existsSync, mkdirSync, readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import type {Profile} from '../client/profile.ts'
import {UsageError} from '../lib/usage-error.ts'
import type {Store} from '../store/contract.ts'
import {restoreSnapshot} from '../store/sqlite/restore.ts'

export interface SnapshotInfo {
  readonly name: string
  readonly sizeBytes: number
  readonly savedAt: string
}

export const snapshotFile = (profile: Profile, name: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
    throw new UsageError(`invalid snapshot name ${JSON.stringify(name)}: use letters, digits, '.', '_' and '-'`)
  return join(profile.snapshots, `${name}.db`)
}

export const listSnapshots = (profile: Profile): SnapshotInfo[] => {
  if (!existsSync(profile.snapshots)) return []
  return readdirSync(profile.snapshots)
    .filter((file) => file.endsWith('.db'))
    .map((file) => {
      const {size, mtime} = statSync(join(profile.snapshots, file))
      return {name: file.slice(0, -'.db'.length), sizeBytes: size, savedAt: mtime.toISOString()}
    })
    .sort((a, b) => a.savedAt.localeCompare(b.savedAt))
}

export const saveSnapshot = async (profile: Profile, store: Store, name: string): Promise<SnapshotInfo> => {
  const file = snapshotFile(profile, name)
  if (existsSync(file)) throw new UsageError(`snapshot ${JSON.stringify(name)} exists already`)
  mkdirSync(profile.snapshots, {recursive: true, mode: 0o700})
  await store.snapshot(file)
  const saved = listSnapshots(profile).find((snapshot) => snapshot.name === name)
  if (!saved) throw new Error(`the snapshot ${file} is not there`)
  return saved
}

/** Puts a snapshot in the place of the database; the one that was there is kept beside it until the next restore. */
export const restoreNamed = (profile: Profile, name: string): void => {
  const file = snapshotFile(profile, name)
  if (!existsSync(file)) {
    const known = listSnapshots(profile).map((snapshot) => snapshot.name)
    throw new UsageError(`no snapshot ${JSON.stringify(name)}; there are: ${known.join(', ') || 'none'}`)
  }
  restoreSnapshot({snapshot: file, file: profile.database})
}
