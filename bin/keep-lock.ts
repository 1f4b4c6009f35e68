// Puts back into package-lock.json what npm drops each time it writes the file: that better-sqlite3 brings its binaries
// (gypfile: false in its own package). Without it, an install from the lock file calls a compiler that a fresh machine
// does not have.
import {readFileSync, writeFileSync} from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8')) as {packages: Record<string, {gypfile?: boolean}>}
const entry = lock.packages['node_modules/better-sqlite3']
if (entry && entry.gypfile !== false) {
  entry.gypfile = false
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}
