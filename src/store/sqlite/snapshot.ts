import {renameSync, rmSync} from 'node:fs'
import {dirname} from 'node:path'
import type {Database} from 'better-sqlite3'
import {syncPath} from './sync-path.ts'

/** Copies the database a few pages a turn while writes go on; the file appears under its name when it is whole. */
export const saveSnapshot = async (db: Database, file: string): Promise<void> => {
  const partial = `${file}.partial`
  rmSync(partial, {force: true})
  try {
    await db.backup(partial)
    renameSync(partial, file)
    syncPath(dirname(file))
  } finally {
    rmSync(partial, {force: true})
    rmSync(`${partial}-journal`, {force: true})
  }
}
