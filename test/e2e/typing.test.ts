// What helps a person who types: Tab in bash with names out of the cluster (zsh and fish read their scripts), and a line that says
// what is waited for.
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {test} from 'node:test'
import {promisify} from 'node:util'
import {startCluster, testHome} from '../helpers/cluster.ts'
import {debianPackage} from '../helpers/debian.ts'
import {openTerminal} from '../helpers/terminal.ts'

const run = promisify(execFile)

test('Tab in bash completes commands, types, flags and live names', async () => {
  await using cluster = await startCluster({args: ['--runtime', 'simulated', '--addons', 'none']})
  await cluster.ok(['create', 'configmap', 'settings-of-the-web'])
  const env = {...cluster.env, PATH: `${dirname(cluster.mini)}:${cluster.env.PATH}`}
  await using terminal = await openTerminal({env})
  await terminal.run('source <(mini completion bash)')
  const completed = async (typed: string, whole: string): Promise<void> => {
    await terminal.type(typed)
    await terminal.keys('Tab')
    await terminal.shows(whole)
    await terminal.keys('C-u')
  }
  await completed('mini rollout sta', 'mini rollout status')
  await completed('mini get deploym', 'mini get deployments')
  await completed('mini get pods --namesp', 'mini get pods --namespace')
  await completed('mini get pods -n kube-sy', 'mini get pods -n kube-system')
  await completed('mini describe configmap sett', 'mini describe configmap settings-of-the-web')
  await completed('mini get configmap/sett', 'mini get configmap/settings-of-the-web')
})

test('wait says what it waits for on a terminal, and takes it back; never in a pipe', async () => {
  await using cluster = await startCluster({args: ['--runtime', 'simulated', '--addons', 'none']})
  await cluster.ok(['create', '-f', '-'], {
    stdin:
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"nodeSelector":{"a":"b"},"containers":[{"name":"c","image":"i"}]}}',
  })
  const env = {...cluster.env, PATH: `${dirname(cluster.mini)}:${cluster.env.PATH}`}
  await using terminal = await openTerminal({env})
  await terminal.enter('mini wait --for=condition=Ready pod/web --timeout=2s')
  await terminal.shows(/^\S waiting for pod\/web: Pending/m)
  const {text, code} = await terminal.ended()
  assert.deepEqual({text, code}, {text: 'error: timed out waiting for the condition on pods/web\n', code: 1})
  const piped = await terminal.run('mini wait --for=condition=Ready pod/web --timeout=1s 2>&1 | cat')
  assert.equal(piped.text, 'error: timed out waiting for the condition on pods/web\n')
})

const shells = [
  {shell: 'zsh', check: ['-f', '-n']},
  {shell: 'fish', check: ['--no-config', '--no-execute']},
] as const

for (const {shell, check} of shells)
  test(`${shell} reads its completion script`, async (t) => {
    const debian = await debianPackage(shell).catch((error: Error) => error)
    if (debian instanceof Error) return t.skip(`no ${shell} can be had here`)
    await using home = testHome()
    const file = join(dirname(home.kubeconfig), '..', '..', `completion.${shell}`)
    writeFileSync(file, await home.ok(['completion', shell]))
    const {stderr} = await run(debian.program(shell), [...check, file], {env: {...debian.env, HOME: home.env.HOME}})
    assert.equal(stderr, '')
  })
