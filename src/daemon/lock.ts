// One daemon a profile. The lock is a lock of the kernel's on a small SQLite file: it goes with the process, however
// that ends, so there is no stale lock to find.
import Database from 'better-sqlite3'
import {hasCode} from '../lib/node-error.ts'

/** Undefined when another process holds it. */
export const takeLock = (file: string): Disposable | undefined => {
  const database = new Database(file, {timeout: 0})
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (hasCode(error, 'SQLITE_BUSY')) return undefined
    throw error
  }
  return {[Symbol.dispose]: () => database.close()}
}
