import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'

const read = (file: string): Record<string, never> =>
  JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'))

test('npm install compiles nothing', () => {
  // better-sqlite3 brings binaries and says gypfile: false, but npm forgets that when it works from a lock file, and
  // calls the compiler a fresh machine does not have. The lock file's own entry must say it.
  const lock = read('package-lock.json') as {packages?: Record<string, {gypfile?: boolean}>}
  assert.equal(lock.packages?.['node_modules/better-sqlite3']?.gypfile, false)
})

test('the lock file names no registry', () => {
  assert.doesNotMatch(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'), /"resolved": "http/)
})
