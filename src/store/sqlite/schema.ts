// The tables, as a list of steps from an empty file to today's format. A step that was released never changes.
import type {Database} from 'better-sqlite3'
import {CorruptStoreError, NewerStoreError} from '../errors.ts'

/** "mini" in ASCII: tells our files from other SQLite databases. */
const APPLICATION_ID = 0x6d696e69

const MIGRATIONS: readonly string[] = [
  // log: one row a write; the revision is the row's address, so appending never searches.
  //   deleted 1: a tombstone, whose value is NULL where it is that of the version before.
  //   checksum: CRC-32 of the key's and the value's bytes. time_ms: when it was committed, never going back.
  // horizon: up to where history under a prefix has been compacted ('' = everything), and when that was written.
  `CREATE TABLE log (
     revision INTEGER PRIMARY KEY, key TEXT NOT NULL, deleted INTEGER NOT NULL, create_revision INTEGER NOT NULL,
     time_ms INTEGER NOT NULL, checksum INTEGER NOT NULL, value BLOB);
   CREATE TABLE horizon (prefix TEXT PRIMARY KEY, revision INTEGER NOT NULL, time_ms INTEGER NOT NULL) WITHOUT ROWID;`,
]

const numberPragma = (db: Database, name: string): number => Number(db.pragma(name, {simple: true}))

export const migrate = (db: Database, file: string): void => {
  const version = numberPragma(db, 'user_version')
  const owner = numberPragma(db, 'application_id')
  if (owner !== APPLICATION_ID && (owner !== 0 || version !== 0 || numberPragma(db, 'schema_version') !== 0))
    throw new CorruptStoreError(file, 'it is a database of another program')
  if (version > MIGRATIONS.length) throw new NewerStoreError(file, version, MIGRATIONS.length)
  if (version === MIGRATIONS.length) return
  db.transaction(() => {
    for (const step of MIGRATIONS.slice(version)) db.exec(step)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${MIGRATIONS.length}`)
  })()
}
