import {CorruptStoreError, DiskFullError} from '../errors.ts'

export const sqliteCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** What the caller of a write is told when SQLite could not commit it. */
export const writeError = (error: unknown, file: string): unknown => {
  const code = sqliteCode(error)
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return new DiskFullError(file, {cause: error})
  if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new CorruptStoreError(file, String(error), {cause: error})
  return error
}
