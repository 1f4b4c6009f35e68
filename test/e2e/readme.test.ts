// What the README shows works, in the order it shows it.
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {miniProgram, testHome} from '../helpers/cluster.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

const block = (name: string): string[] => {
  const found = new RegExp(`<!-- ${name} -->\\n\`\`\`sh\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1]
  assert.ok(found, `the README has no block called ${name}`)
  return found.trim().split('\n')
}

test('the screen of examples runs from top to bottom', async () => {
  await using home = testHome()
  const env = {PATH: `${dirname(miniProgram)}:${home.env.PATH ?? ''}`}
  for (const line of block('examples')) {
    const {code, stdout, stderr} = await home.run(['-c', `cd '${root}' && ${line}`], {
      program: '/bin/sh',
      env,
      timeoutMs: 120_000,
    })
    assert.equal(code, 0, `${line}\n${stdout}${stderr}`)
    // A pod that is still starting has nothing to say and nobody to ask.
    if (line.startsWith('mini apply')) await home.ok(['rollout', 'status', 'deploy/web', '--timeout=60s'])
  }
})

test('the two commands are what the package has', () => {
  const {scripts} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {scripts: Record<string, string>}
  const commands = [...block('first-command'), ...block('second-command')].join('\n')
  for (const [, script] of commands.matchAll(/npm (?:run )?(\w+)/g))
    assert.ok(script === 'install' || script === 'test' || (script !== undefined && script in scripts), script)
})
