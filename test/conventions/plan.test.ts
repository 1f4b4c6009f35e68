import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {test} from 'node:test'

const src = resolve(import.meta.dirname, '../../src')
const plan = readFileSync(join(src, 'README.md'), 'utf8')

test('every file the plan of the house names is there', () => {
  const named = [...plan.matchAll(/`([a-z-]+\/[a-z/-]+\.ts)`|\]\(([a-z/-]+\.ts)\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  assert.ok(named.length > 10)
  for (const file of named) assert.ok(existsSync(join(src, file)) || existsSync(join(src, '..', file)), file)
})
