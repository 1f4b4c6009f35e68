// Rule R31: start-up is a feature. What a command loads before it runs is small, and never one of the intruders.
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {relative, resolve} from 'node:path'
import {test} from 'node:test'

const src = resolve(import.meta.dirname, '../../src')
const intruders =
  /^(?:react|ink|@grpc\/|better-sqlite3|@oclif\/|execa|chalk|pino|prom-client|@marcbachmann\/|tar-stream)/
const rooms = ['cli', 'client', 'api', 'lib']

/** Static imports only: types vanish, and `await import()` is the way to load on demand. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b(?!\s+type\b)[^'"=();]*['"]([^'"]+)['"]/gm)].map(
    (match) => match[1] ?? '',
  )

const mistakesFrom = (entry: string): string[] => {
  const seen = new Set<string>()
  const mistakes: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const name of importsOf(file)) {
      const here = [...path, relative(src, file)]
      if (intruders.test(name)) mistakes.push(`${here.join(' -> ')} -> ${name}`)
      if (!name.startsWith('.')) continue
      const target = resolve(file, '..', name)
      const room = relative(src, target).split('/')[0] ?? ''
      if (!rooms.includes(room)) mistakes.push(`${here.join(' -> ')} -> ${relative(src, target)}`)
      else if (target.endsWith('.ts')) visit(target, here)
    }
  }
  visit(entry, [])
  return mistakes
}

for (const entry of ['main.ts', ...globSync('{commands,verbs}/**/*.ts', {cwd: `${src}/cli`})])
  test(`cli/${entry} loads nothing heavy before it runs`, () => {
    assert.deepEqual(mistakesFrom(`${src}/cli/${entry}`), [])
  })
