// Opens the file: ours alone, checked, and in today's format.
import {existsSync, statSync} from 'node:fs'
import Database from 'better-sqlite3'
import {CorruptStoreError, DiskFullError, StoreInUseError} from '../errors.ts'
import {migrate} from './schema.ts'
import {sqliteCode} from './write-error.ts'

const PAGE_CACHE_KIB = 2048
const LARGEST_IDLE_LOG_BYTES = 8 * 1024 * 1024

const wasLeftOpen = (file: string): boolean => existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0

export const openDatabase = (file: string): Database.Database => {
  const isUnclean = wasLeftOpen(file)
  const db = connect(file)
  try {
    configure(db)
    if (isUnclean) checkPages(db, file)
    migrate(db, file)
    // Take the write lock now, while it can be said who is at fault; EXCLUSIVE keeps it.
    db.exec('BEGIN IMMEDIATE; COMMIT')
    return db
  } catch (error) {
    db.close()
    throw openError(error, file)
  }
}

const connect = (file: string): Database.Database => {
  try {
    return new Database(file, {timeout: 0})
  } catch (error) {
    throw openError(error, file)
  }
}

const configure = (db: Database.Database): void => {
  // Before anything is read: SQLite then keeps the index of its log in our memory, in no second file.
  db.pragma('locking_mode = EXCLUSIVE')
  if (db.pragma('schema_version', {simple: true}) === 0) db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('wal_autocheckpoint = 0')
  db.pragma(`journal_size_limit = ${LARGEST_IDLE_LOG_BYTES}`)
  db.pragma(`cache_size = -${PAGE_CACHE_KIB}`)
}

/** The structure of every page: after an unclean end, and of snapshots before they are trusted. */
export const checkPages = (db: Database.Database, file: string): void => {
  const finding = db.pragma('quick_check(1)', {simple: true})
  if (finding !== 'ok') throw new CorruptStoreError(file, String(finding))
}

export const openError = (error: unknown, file: string): unknown => {
  const code = sqliteCode(error)
  // All statements are ours: SQLite objects to one (SQLITE_ERROR) only when header or tables are not what they were.
  if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR')
    return new CorruptStoreError(file, error instanceof Error ? error.message : String(error), {cause: error})
  if (code?.startsWith('SQLITE_BUSY')) return new StoreInUseError(file, {cause: error})
  if (code === 'SQLITE_FULL') return new DiskFullError(file, {cause: error})
  return code === undefined || !(error instanceof Error)
    ? error
    : new Error(`cannot open ${file}: ${error.message}`, {cause: error})
}
