// Puts a snapshot in a store's place. The store must not be open. What was there is kept beside it.
import {constants, copyFileSync, existsSync, renameSync, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import {CorruptStoreError, StoreInUseError} from '../errors.ts'
import {checkPages, openDatabase, openError} from './database.ts'
import {load} from './load.ts'
import {Log} from './log.ts'
import {settingsOf} from './options.ts'
import {syncPath} from './sync-path.ts'

export interface RestoreOptions {
  readonly snapshot: string
  readonly file: string
}

/** Where the store that was replaced is kept, until the next restore. */
export const replacedFile = (file: string): string => `${file}.replaced`

/** Clients may have seen revisions that were never read back: new ones begin beyond any of those. */
const REVISIONS_SKIPPED = 1_000_000

export const restoreSnapshot = ({snapshot, file}: RestoreOptions): void => {
  const coming = `${file}.restoring`
  rmSync(coming, {force: true})
  rmSync(`${coming}-wal`, {force: true})
  try {
    copyFileSync(snapshot, coming, constants.COPYFILE_FICLONE)
    const before = existsSync(file) ? settleOld(file) : 0
    prepare(coming, {snapshot, before})
    syncPath(coming)
    if (existsSync(file)) renameSync(file, replacedFile(file))
    renameSync(coming, file)
    syncPath(dirname(file))
  } finally {
    rmSync(coming, {force: true})
  }
}

/**
 * Folds the old store's log into its file (SQLite would play it back into the new one) and tells its last revision.
 * A damaged store cannot be folded: its log is moved aside with it.
 */
const settleOld = (file: string): number => {
  try {
    const db = openDatabase(file)
    const row: unknown = db.prepare('SELECT max(revision) FROM log').pluck().get()
    db.close()
    return Number(row ?? 0)
  } catch (error) {
    if (error instanceof StoreInUseError) throw error
    if (!(error instanceof CorruptStoreError)) throw error
    if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${replacedFile(file)}-wal`)
    return 0
  }
}

/** Checks all of the snapshot and moves its revision, and with it its horizon, ahead: watches from before must list anew. */
const prepare = (coming: string, {snapshot, before}: {readonly snapshot: string; readonly before: number}): void => {
  try {
    const db = openDatabase(coming)
    try {
      checkPages(db, snapshot)
      const log = new Log(db, snapshot)
      const {last} = load(log, settingsOf({file: coming}).retention)
      const revision = Math.max(last.revision, before) + REVISIONS_SKIPPED
      log.commit(() => log.moveHorizon({prefix: '', revision, timeMs: last.timeMs}))
    } finally {
      db.close()
    }
  } catch (error) {
    throw error instanceof CorruptStoreError
      ? new CorruptStoreError(snapshot, 'it cannot be restored', {cause: error})
      : openError(error, snapshot)
  }
}
