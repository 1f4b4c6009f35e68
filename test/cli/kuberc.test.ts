import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {array, bool, type CommandDefinition, command, string} from '../../src/cli/definition.ts'
import {runProgram} from '../../src/cli/run.ts'
import {scriptedIo} from '../helpers/scripted-io.ts'
import {tempFolder} from '../helpers/temp.ts'

const show = command({
  summary: 'Show',
  flags: {output: string('Format.', {short: 'o'}), all: bool('All.'), label: array('Label.')},
  run: async ({flags: {output, all, label}, args, io}) =>
    io.out(`${JSON.stringify({output, all, label})} ${args.join(' ')}\n`),
})

const root: CommandDefinition = command({
  summary: 'Root',
  flags: {},
  commands: [{name: 'show', summary: 'Show', load: async () => show}],
})

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

const header = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n'

const run = async (preferences: string, argv: readonly string[]): Promise<Outcome> => {
  using folder = tempFolder()
  const file = join(folder.path, 'kuberc')
  writeFileSync(file, preferences)
  const io = scriptedIo({env: {HOME: folder.path, KUBERC: file}, cwd: folder.path})
  const code = await runProgram({name: 'kubectl', root, io}, argv)
  return {code, out: io.written(), err: io.said().replaceAll(file, 'FILE')}
}

const defaults = `${header}defaults:
- command: show
  options: [{name: output, default: yaml}, {name: label, default: a}]
aliases:
- name: both
  command: show
  prependArgs: [first]
  appendArgs: [last]
  options: [{name: all, default: "true"}]
`

test('a preferred default is a flag that was not given', async () => {
  assert.equal((await run(defaults, ['show', 'x'])).out, '{"output":"yaml","all":false,"label":["a"]} x\n')
  assert.equal((await run(defaults, ['show', '-o', 'json'])).out, '{"output":"json","all":false,"label":["a"]} \n')
  assert.equal((await run(defaults, ['show', '--label=b'])).out, '{"output":"yaml","all":false,"label":["b"]} \n')
})

test('an alias puts arguments around those it is given, with defaults of its own', async () => {
  assert.equal((await run(defaults, ['both', 'x'])).out, '{"output":"","all":true,"label":[]} first x last\n')
  assert.equal((await run(defaults, ['both', '--all=false'])).out, '{"output":"","all":false,"label":[]} first last\n')
})

test('preferences can be turned off', async () => {
  assert.equal((await run(defaults, ['show', '--kuberc=off'])).out, '{"output":"","all":false,"label":[]} \n')
})

const refused: [string, string][] = [
  ['defaults:\n- command: show\n  options: [{name: none, default: x}]\n', 'invalid flag none for command show'],
  [
    'defaults:\n- command: show\n  options: [{name: all, default: maybe}]\n',
    'could not apply override value maybe to flag all in command show err: invalid argument "maybe" for "--all" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  ['aliases:\n- name: a1\n  command: show\n', 'invalid alias name, can only include alphabetical characters'],
  ['aliases:\n- name: a\n  command: none\n', 'command "none" not found to set alias "a": [none]'],
  ['credentialPluginPolicy: Some\n', 'unknown plugin policy: "Some"'],
]
for (const [text, message] of refused)
  test(`preferences are refused with: ${message}`, async () => {
    const {code, err} = await run(header + text, ['show'])
    assert.deepEqual({code, err}, {code: 1, err: `error occurred while applying preferences ${message}\n`})
  })

test('preferences of an unknown version are said and left alone', async () => {
  const {code, err} = await run('apiVersion: v1\nkind: Preference\n', ['show'])
  assert.equal(code, 0)
  assert.equal(
    err,
    'kuberc: no preferences loaded from FILE: no valid preferences found in FILE, use --v=5 to see details',
  )
})
