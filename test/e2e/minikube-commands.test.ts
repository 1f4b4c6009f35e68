import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
let cluster: TestHome

before(async () => {
  if (isRoot) cluster = await startCluster({args: ['--addons', 'dns,storage']})
})
after(() => cluster?.[Symbol.asyncDispose]())

test('ip is the address of a node, ssh is a shell on it with the cluster in its environment', options, async () => {
  const address = await cluster.ok([
    'get',
    'nodes',
    '-o',
    'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}',
  ])
  assert.equal(await cluster.ok(['ip']), `${address}\n`)
  assert.equal((await cluster.run(['ip', '-n', 'none'])).stderr, 'error: there is no node "none"\n')
  const shell = await cluster.run([
    'ssh',
    '--',
    'sh',
    '-c',
    'echo $MINI_NODE; test -S ${CONTAINER_RUNTIME_ENDPOINT#unix://} && test -f $KUBECONFIG; exit 7',
  ])
  assert.deepEqual([shell.code, shell.stdout], [7, 'node-1\n'])
  assert.equal((await cluster.run(['ssh', 'no-such-program'])).stderr, 'error: no-such-program: command not found\n')
})

test('addons come and go while the cluster runs, and pods go on', options, async () => {
  const list = async (): Promise<Record<string, {Status: string}>> =>
    JSON.parse(await cluster.ok(['addons', 'list', '-o', 'json'])) as Record<string, {Status: string}>
  const enabled = async (): Promise<string[]> =>
    Object.entries(await list()).flatMap(([name, {Status}]) => (Status === 'enabled' ? name : []))
  const components = async (): Promise<string[]> =>
    (JSON.parse(await cluster.ok(['status', '-o', 'json'])) as {components: {name: string}[]}).components.map(
      ({name}) => name,
    )
  assert.deepEqual(await enabled(), ['dns', 'storage'])
  await cluster.ok(['run', 'witness', '--image', 'host', '--', 'sh', '-c', 'trap "exit 0" TERM; sleep 1000 & wait'])
  await cluster.ok(['wait', '--for', 'condition=Ready', 'pod/witness'])
  assert.equal(await cluster.ok(['addons', 'enable', 'ingress']), 'addon "ingress" enabled\n')
  assert.ok((await components()).includes('ingress'))
  assert.equal(await cluster.ok(['addons', 'enable', 'metrics-server']), 'addon "metrics" enabled\n')
  await until('metrics of the node', async () => (await cluster.run(['top', 'nodes'])).code === 0)
  await cluster.ok(['addons', 'disable', 'ingress'])
  assert.ok(!(await components()).includes('ingress'))
  assert.doesNotMatch(await cluster.ok(['status']), /^ingress/m)
  assert.deepEqual(await enabled(), ['dns', 'metrics', 'storage'])
  const restarts = 'jsonpath={.status.containerStatuses[0].restartCount}{.status.phase}'
  assert.equal(await cluster.ok(['get', 'pod', 'witness', '-o', restarts]), '0Running')
  assert.match(await cluster.ok(['addons', 'list']), /^\| metrics +\| mini +\| enabled ✅ \| CPU and memory/m)
  assert.equal(
    (await cluster.run(['addons', 'enable', 'istio'])).stderr,
    'error: there is no addon "istio"; there are dns, ingress, metrics, storage\n',
  )
})

test('update-context repairs the kubeconfig of the user and leaves other clusters in it alone', options, async () => {
  const file = cluster.env.KUBECONFIG ?? ''
  const whole = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    whole
      .replace(/server: .*/, 'server: https://elsewhere:1')
      .replace('contexts:\n', 'contexts:\n  - name: other\n    context: {cluster: other, user: other}\n')
      .replace('current-context: mini', 'current-context: other'),
  )
  assert.match(
    await cluster.ok(['update-context']),
    /^context "mini" of .* points at the cluster, and is the current one\n$/,
  )
  assert.match(await cluster.ok(['update-context']), /^no changes required for the context "mini"/)
  assert.equal(await cluster.ok(['config', 'get-contexts', '-o', 'name']), 'mini\nother\n')
  await cluster.ok(['--kubeconfig', file, 'get', 'nodes'])
})

test('commands of minikube that make no sense here say what does', options, async () => {
  for (const [name, wanted] of [
    ['docker-env', /mini image build/],
    ['mount', /hostPath/],
    ['cache', /mini image load/],
    ['ssh-key', /mini ssh/],
  ] as const) {
    const {code, stderr} = await cluster.run([name])
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`^error: mini has no command "${name}"\n`))
    assert.match(stderr, wanted)
  }
  const asKubectl = await cluster.run(['kubectl', '--', 'docker-env'])
  assert.match(asKubectl.stderr, /unknown command "docker-env" for "kubectl"/)
})

test('what is stopped keeps its addons for the next start, and has neither nodes nor addresses', options, async () => {
  await cluster.ok(['stop'])
  const {stderr, stdout} = await cluster.run(['addons', 'disable', 'metrics'])
  assert.equal(stdout, 'addon "metrics" disabled\n')
  assert.match(stderr, /from its next start: mini start/)
  assert.match(readFileSync(join(cluster.home, 'mini', 'config.yaml'), 'utf8'), /addons:\n {2}- dns\n {2}- storage\n/)
  assert.notEqual((await cluster.run(['ip'])).code, 0)
})
