// Overlays of all kinds, built by the real kubectl and by mini: the same text, the same complaints, the same exit code.
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {kubectlRoot} from '../../src/cli/commands/index.ts'
import type {Io} from '../../src/cli/io.ts'
import {runProgram} from '../../src/cli/run.ts'
import {realKubectl} from '../helpers/real-kubectl.ts'
import {tempFolder} from '../helpers/temp.ts'

interface Overlay {
  readonly name: string
  readonly isAlone: boolean
  readonly args: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

const fixture = join(import.meta.dirname, '../fixtures/kustomize-overlays.txt')

const overlayOf = (text: string): Overlay => {
  const [head = '', ...parts] = text.split(/^-- (.+) --\n/m)
  const [, name = '', alone, args] = /^(\S+)( alone)?(?: : (.*))?/.exec(head.trim()) ?? []
  const files: Record<string, string> = {}
  for (let at = 0; at < parts.length; at += 2) files[parts[at] ?? ''] = parts[at + 1] ?? ''
  return {name, isAlone: alone !== undefined, args: args?.split(' ') ?? ['overlay'], files}
}

const overlays = readFileSync(fixture, 'utf8').split(/^== /m).slice(1).map(overlayOf)
const base = overlays[0]?.files ?? {}

interface Built {
  readonly code: number
  readonly out: string
  readonly err: string
}

const withReal = async (args: readonly string[], cwd: string): Promise<Built> => {
  const program = await realKubectl()
  return new Promise((resolve) => {
    execFile(program, ['kustomize', ...args], {cwd, maxBuffer: 2 ** 26}, (error, out, err) =>
      resolve({code: error ? Number(error.code) : 0, out, err: err.replace(/ &\{0x\w+ <nil>\}/, '')}),
    )
  })
}

const withMini = async (args: readonly string[], cwd: string): Promise<Built> => {
  const said = {out: '', err: ''}
  const io: Io = {
    out: (text) => void (said.out += Buffer.from(text as string).toString('utf8')),
    err: (text) => void (said.err += text),
    env: {},
    cwd,
    isTerminal: {in: false, out: false, err: false},
    readStdin: () => Buffer.alloc(0),
    readWord: () => '',
    now: () => 0,
  }
  const code = await runProgram({name: 'kubectl', root: kubectlRoot, io}, ['kustomize', ...args])
  return {code, ...said}
}

const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, text)
  }
}

test('kustomize builds as the real one does', {concurrency: 4}, async (t) => {
  const built = overlays.slice(1).map(({name, isAlone, args, files}) =>
    t.test(`the overlay "${name}"`, async () => {
      using folder = tempFolder()
      if (!isAlone) write(folder.path, base)
      write(folder.path, files)
      const [mini, real] = await Promise.all([withMini(args, folder.path), withReal(args, folder.path)])
      assert.equal(mini.out, real.out)
      assert.deepEqual(mini, real)
    }),
  )
  await Promise.all(built)
})

test('kustomize reads bases out of git repositories, at a ref and below a path', async () => {
  using folder = tempFolder()
  const repository = join(folder.path, 'repository')
  write(repository, {
    'sub/kustomization.yaml': 'resources: [map.yaml]\n',
    'sub/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-git}\n',
  })
  const git = 'git init -q -b main . && git add -A && git -c user.email=a@b -c user.name=a commit -qm one && git tag v1'
  await new Promise<void>((resolve, reject) => {
    execFile('sh', ['-c', git], {cwd: repository}, (error) => (error ? reject(error) : resolve()))
  })
  write(folder.path, {
    'overlay/kustomization.yaml': `resources: ["file://${repository}//sub?ref=v1"]\nnamePrefix: my-\n`,
  })
  assert.deepEqual(await withMini(['overlay'], folder.path), await withReal(['overlay'], folder.path))
  const direct = [`file://${repository}//sub?ref=main`]
  assert.match((await withMini(direct, folder.path)).out, /name: from-git/)
})
