// npm packages with oclif commands become commands of mini.
import assert from 'node:assert/strict'
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {testHome} from '../helpers/cluster.ts'

const command = `
import {Command, Flags} from '@oclif/core'
export default class Hello extends Command {
  static summary = 'Say hello'
  static flags = {loud: Flags.boolean({char: 'l'})}
  static strict = false
  async run() {
    const {flags, argv} = await this.parse(Hello)
    if (argv.includes('fail')) this.error('it failed', {exit: 7})
    this.log(['hello', ...argv].join(' ') + (flags.loud ? '!' : ''))
  }
}
`
const manifest = {
  name: 'mini-greet',
  version: '1.0.0',
  type: 'module',
  oclif: {commands: './commands', topicSeparator: ' '},
}

test('a package with oclif commands is a plugin: found by its words, with flags, help and exit codes', async () => {
  await using home = testHome()
  const folder = join(home.home, 'plugins')
  const greet = join(folder, 'node_modules', 'mini-greet')
  mkdirSync(join(greet, 'commands', 'say'), {recursive: true})
  writeFileSync(join(folder, 'package.json'), JSON.stringify({dependencies: {'mini-greet': '1.0.0'}}))
  writeFileSync(join(greet, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(greet, 'commands', 'say', 'hello.js'), command)
  mkdirSync(join(folder, 'node_modules', '@oclif'))
  symlinkSync(join(import.meta.dirname, '../../node_modules/@oclif/core'), join(folder, 'node_modules/@oclif/core'))

  assert.equal(await home.ok(['say', 'hello', 'you', '-l']), 'hello you!\n')
  assert.match(await home.ok(['say', 'hello', '--help']), /Say hello[\s\S]*--loud/)
  const failed = await home.run(['say', 'hello', 'fail'])
  assert.deepEqual([failed.code, failed.stderr], [7, 'error: it failed\n'])
  assert.match(await home.ok(['plugin', 'list']), /^say hello \(mini-greet\)$/m)
  const unknown = await home.run(['say', 'nothing'])
  assert.equal(unknown.code, 1)
  assert.match(unknown.stderr, /unknown command "say" for "mini"/)
})
