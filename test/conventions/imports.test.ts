// Rule R4: a folder imports only what the plan of the house (src/README.md) allows.
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {dirname, relative, resolve, sep} from 'node:path'
import {test} from 'node:test'

const worker = ['reconcile', 'client', 'api', 'lib']
const layers: Record<string, readonly string[]> = {
  lib: [],
  api: ['lib'],
  store: ['lib'],
  client: ['api', 'lib'],
  apiserver: ['store', 'api', 'lib'],
  reconcile: ['client', 'api', 'lib'],
  controllers: worker,
  scheduler: worker,
  kubelet: worker,
  simulate: worker,
  proxy: worker,
  dns: worker,
  ingress: worker,
  runtime: ['lib'],
  cli: ['client', 'api', 'lib'],
  tui: ['client', 'api', 'lib'],
  dashboard: ['client', 'api', 'lib'],
}

const src = resolve(import.meta.dirname, '../../src')
const folderOf = (file: string): string => relative(src, file).split(sep)[0] ?? ''
/** Static imports and re-exports of files, types included; `await import()` is not one. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'"=();]*['"](\.[^'"]+)['"]/gm)].map((match) =>
    folderOf(resolve(dirname(file), match[1] ?? '')),
  )

test('every folder of src is in the table of layers', () => {
  const folders = new Set(globSync(`${src}/*/**/*.{ts,tsx}`).map(folderOf))
  folders.delete('daemon')
  assert.deepEqual(
    [...folders].filter((folder) => !(folder in layers)),
    [],
  )
})

for (const [folder, allowed] of Object.entries(layers))
  test(`${folder} imports only ${allowed.join(', ') || 'itself'}`, () => {
    for (const file of globSync(`${src}/${folder}/**/*.{ts,tsx}`))
      for (const target of importsOf(file))
        assert.ok(target === folder || allowed.includes(target), `R4: ${relative(src, file)} imports from ${target}`)
  })
