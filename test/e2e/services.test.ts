// Services and policies of a real cluster on this machine, with nft as if it were installed: the kernel serves, the choice is
// shown and kept, and nothing of it stays.
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {promisify} from 'node:util'
import {proxyTable} from '../../src/daemon/proxy-table.ts'
import {killDaemon, type TestHome, testHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {pathWithNft} from '../helpers/nft.ts'
import {until} from '../helpers/until.ts'

const options = {skip: !isRoot && 'needs root on Linux'}
const run = promisify(execFile)

const server = `require('http').createServer((q,s)=>s.end(require('os').hostname()+' '+q.socket.remoteAddress+'\\n')).listen(8080)`
const pod = (name: string, labels: Record<string, string>, nodeName = 'node-1') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name, labels},
  spec: {
    nodeName,
    terminationGracePeriodSeconds: 0,
    containers: [
      {name: 'main', image: 'host', command: [process.execPath, '-e', server], ports: [{containerPort: 8080}]},
    ],
  },
})
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'web'},
  spec: {type: 'LoadBalancer', selector: {app: 'web'}, ports: [{port: 80, targetPort: 8080}]},
}
const policy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {name: 'web'},
  spec: {podSelector: {matchLabels: {app: 'web'}}, ingress: [{from: [{podSelector: {matchLabels: {app: 'friend'}}}]}]},
}

let home: TestHome
let env: Record<string, string>
const mini = (...args: string[]): Promise<string> => home.ok(args, {env})
const apply = (...objects: object[]): Promise<string> =>
  home.ok(['apply', '-f', '-'], {env, stdin: JSON.stringify({apiVersion: 'v1', kind: 'List', items: objects})})
const curl = async (url: string): Promise<string> => (await run('curl', ['-sS', '-m', '2', url])).stdout
const fromPod = async (name: string, url: string): Promise<string> =>
  (await home.run(['exec', name, '--', 'curl', '-sS', '-m', '1', url], {env})).stdout
const field = (path: string): Promise<string> => mini('get', 'service', 'web', '-o', `jsonpath={${path}}`)
const tables = async (): Promise<string> => (await run('nft', ['list', 'tables'], {env})).stdout
const ours = (all: string): string[] => all.match(/mini-[0-9a-f]{8}$/gm) ?? []
const statusLine = async (name: string): Promise<string> =>
  (await mini('status')).split('\n').find((line) => line.startsWith(name)) ?? ''

before(async () => {
  if (!isRoot) return
  env = {PATH: await pathWithNft()}
  home = testHome()
  await mini('start', '--nodes', '2', '--addons', 'dns')
})
after(() => home?.[Symbol.asyncDispose]())

/** Other tests on this machine have tables too. */
const ownTables = async (): Promise<string[]> =>
  ours(await tables()).filter((name) => name === proxyTable({folder: join(home.home, 'mini')}))

test('the kernel serves where it can, and enforces policies', options, async () => {
  await until('the choice in status', async () => /through nftables$/.test(await statusLine('services')))
  assert.match(await statusLine('policies'), /enforced$/)
  await apply(
    service,
    pod('web', {app: 'web'}),
    pod('friend', {app: 'friend'}, 'node-2'),
    pod('stranger', {app: 'stranger'}),
  )
  await mini('wait', 'pod', '--all', '--for=condition=Ready', '--timeout=30s')
  const [cluster, node, balancer] = [
    await field('.spec.clusterIP'),
    await field('.spec.ports[0].nodePort'),
    await until('an address', () => field('.status.loadBalancer.ingress[0].ip')),
  ]
  for (const url of [`http://${cluster}`, `http://${balancer}`, `http://127.0.0.1:${node}`])
    assert.match(await until(url, () => curl(url)), /^web /)
  const friend = await mini('get', 'pod', 'friend', '-o', 'jsonpath={.status.podIP}')
  // Who asks keeps its address on the way through a service, and from node to node.
  for (const url of ['http://web', `http://${balancer}`, `http://${cluster}`])
    assert.match(await fromPod('friend', url), /^web /)
  assert.equal(await fromPod('friend', 'http://web'), `web ::ffff:${friend}\n`)
  assert.match(await fromPod('stranger', 'http://web'), /^web /)
  await apply(policy)
  await until('the stranger is kept out', async () => (await fromPod('stranger', 'http://web')) === '')
  assert.match(await fromPod('friend', 'http://web'), /^web /)
  assert.match(await curl(`http://${cluster}`), /^web /)
})

test('two profiles serve beside each other', options, async () => {
  await using other = testHome()
  await other.ok(['start', '--addons', 'none'], {env})
  const list = {apiVersion: 'v1', kind: 'List', items: [service, pod('web', {app: 'web'})]}
  await other.ok(['apply', '-f', '-'], {env, stdin: JSON.stringify(list)})
  const jsonpath = ['-o', 'jsonpath={.spec.clusterIP}']
  const theirs = await other.ok(['get', 'service', 'web', ...jsonpath], {env})
  const mine = await field('.spec.clusterIP')
  for (const address of [theirs, mine])
    assert.match(await until(`${address} serves`, () => curl(`http://${address}`)), /^web /)
  await other.ok(['profile', 'delete'], {env})
  assert.match(await curl(`http://${mine}`), /^web /)
})

test('a daemon that was killed leaves the services serving, and the next one takes them over', options, async () => {
  const url = `http://${await field('.spec.clusterIP')}`
  assert.equal((await ownTables()).length, 1)
  await killDaemon(home)
  assert.match(await curl(url), /^web /)
  await mini('start')
  assert.equal((await ownTables()).length, 1)
  assert.match(await until('the service', () => curl(url)), /^web /)
  await until('the choice in status', async () => /through nftables$/.test(await statusLine('services')))
})

test(
  'the other way can be forced, is kept over restarts, and nothing stays when the cluster stops',
  options,
  async () => {
    await mini('stop')
    assert.deepEqual(await ownTables(), [])
    await mini('start', '--proxy-mode', 'userspace')
    await until('the choice in status', async () => /through userspace$/.test(await statusLine('services')))
    await killDaemon(home)
    await mini('start')
    await until('the choice in status', async () => /through userspace$/.test(await statusLine('services')))
    const url = `http://${await field('.spec.clusterIP')}`
    assert.match(await until('the service', () => curl(url)), /^web /)
    assert.equal(await fromPod('stranger', 'http://web'), '')
    await killDaemon(home)
    await mini('profile', 'delete')
    assert.deepEqual(await ownTables(), [])
  },
)
