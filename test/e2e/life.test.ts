// The daemon's life, with the real command and a real daemon. Simulated nodes: this is not about containers.
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {test} from 'node:test'
import {startCluster, type TestHome, testHome} from '../helpers/cluster.ts'
import {until} from '../helpers/until.ts'

const simulated = ['--runtime', 'simulated', '--addons', 'none']
const pidOf = (home: TestHome): number => Number(readFileSync(join(home.home, 'mini', 'minid.pid'), 'utf8'))
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('two starts at once give one daemon, and a third says that it runs', async () => {
  await using home = testHome()
  const both = await Promise.all([home.run(['start', ...simulated]), home.run(['start', ...simulated])])
  assert.deepEqual(
    both.map(({code}) => code),
    [0, 0],
    both.map(({stderr}) => stderr).join(),
  )
  const pid = pidOf(home)
  assert.match(await home.ok(['start']), /already running/)
  assert.equal(pidOf(home), pid)
})

test('what was acknowledged is there after kill -9, with the pid and the socket left behind', async () => {
  await using cluster = await startCluster({args: simulated})
  await cluster.ok(['create', 'configmap', 'kept', '--from-literal=a=b'])
  const pid = pidOf(cluster)
  process.kill(pid, 'SIGKILL')
  await until('the daemon is gone', () => !isAlive(pid))
  const down = await cluster.run(['get', 'configmaps'])
  assert.equal(down.code, 1)
  assert.match(down.stderr, /[Ss]tart it with: mini start/)
  await cluster.ok(['start'])
  assert.equal(await cluster.ok(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}']), 'b')
})

test('stop keeps the state and the settings; status exits with 7 meanwhile', async () => {
  await using cluster = await startCluster({args: [...simulated, '--nodes', '3']})
  await cluster.ok(['create', 'namespace', 'kept'])
  assert.match(await cluster.ok(['stop']), /stopped/)
  assert.match(await cluster.ok(['stop']), /is not running/)
  const status = await cluster.run(['status'])
  assert.equal(status.code, 7)
  assert.match(status.stdout, /Stopped[\s\S]*mini start/)
  await cluster.ok(['start'])
  await cluster.ok(['get', 'namespace', 'kept'])
  const after = JSON.parse(await cluster.ok(['status', '-o', 'json']))
  assert.equal(after.nodes.total, 3)
})

test('pause stops the controllers and not the API; unpause lets them go on', async () => {
  await using cluster = await startCluster({args: simulated})
  await cluster.ok(['pause'])
  await cluster.ok(['create', 'deployment', 'web', '--image=x'])
  const status = await cluster.run(['status', '-o', 'json'])
  assert.equal(status.code & 2, 2)
  assert.equal(JSON.parse(status.stdout).paused, true)
  assert.equal(await cluster.ok(['get', 'pods', '-o', 'name']), '')
  await cluster.ok(['unpause'])
  await cluster.ok(['rollout', 'status', 'deployment/web', '--timeout=30s'])
})

test('a snapshot brings the state back', async () => {
  await using cluster = await startCluster({args: simulated})
  await cluster.ok(['create', 'namespace', 'before'])
  await cluster.ok(['snapshot', 'save', 'one'])
  await cluster.ok(['create', 'namespace', 'after'])
  assert.match(await cluster.ok(['snapshot', 'list']), /^one /)
  const again = await cluster.run(['snapshot', 'save', 'one'])
  assert.equal(again.code, 1)
  assert.match(again.stderr, /"one" exists already/)
  await cluster.ok(['snapshot', 'restore', 'one'])
  await cluster.ok(['get', 'namespace', 'before'])
  assert.equal((await cluster.run(['get', 'namespace', 'after'])).code, 1)
  assert.match((await cluster.run(['snapshot', 'restore', 'two'])).stderr, /no snapshot "two"; there are: one/)
})

test('a database that is broken is refused by name, and profile delete removes it', async () => {
  await using cluster = await startCluster({args: simulated})
  await cluster.ok(['stop'])
  const database = join(cluster.home, 'mini', 'state.db')
  writeFileSync(database, 'this is not a database'.repeat(1000))
  const start = await cluster.run(['start'])
  assert.equal(start.code, 1)
  assert.match(start.stderr, new RegExp(`${database}`))
  assert.ok(existsSync(database))
  assert.match(await cluster.ok(['profile', 'delete']), /deleted/)
  assert.ok(!existsSync(join(cluster.home, 'mini')))
})

test('a port that is taken is named', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await until('the server listens', () => server.listening)
  const {port} = server.address() as {port: number}
  await using home = testHome()
  const start = await home.run(['start', ...simulated, '--apiserver-port', String(port)])
  server.close()
  assert.equal(start.code, 1)
  assert.match(start.stderr, new RegExp(`${port}.*(in use|taken)`))
})

test('a home with spaces, over the length of a socket, behind a link', async () => {
  await using home = testHome()
  const real = join(home.env.HOME ?? '', `a home ${'with a long name '.repeat(6)}`)
  mkdirSync(real)
  symlinkSync(real, join(home.env.HOME ?? '', 'link'))
  const env = {MINI_HOME: join(real, 'x')}
  await home.ok(['start', ...simulated], {env})
  await home.ok(['get', 'nodes'], {env})
  await home.ok(['profile', 'delete'], {env})
})

test('wrong settings are refused before anything starts', async () => {
  await using home = testHome()
  for (const [args, message] of [
    [['--runtime', 'docker'], /runtime "docker": must be one of/],
    [['--nodes', '-2'], /nodes -2/],
    [['--pod-cidr', 'x'], /podCidr "x"/],
    [['--addons', 'istio'], /addons "istio"/],
    [['--profile', 'A B'], /profile name/],
    [['extra'], /takes no arguments/],
  ] as const) {
    const {code, stderr} = await home.run(['start', ...args])
    assert.equal(code, 1, args.join(' '))
    assert.match(stderr, message)
  }
})

test('profiles do not see each other, and delete takes only its own', async () => {
  await using home = testHome()
  await home.ok(['start', ...simulated])
  await home.ok(['start', ...simulated, '--profile', 'other'])
  await home.ok(['create', 'namespace', 'here'])
  assert.equal((await home.run(['get', 'namespace', 'here', '--profile', 'other'])).code, 1)
  assert.match(await home.ok(['profile', 'list']), /mini +Running[\s\S]*other +Running/)
  await home.ok(['profile', 'delete', 'other'])
  assert.doesNotMatch(await home.ok(['profile', 'list']), /other/)
  await home.ok(['get', 'namespace', 'here'])
})
