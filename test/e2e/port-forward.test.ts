// port-forward by mini: every connection over one to the pod, halves that close alone, and a pod that dies.
import assert from 'node:assert/strict'
import {type ChildProcess, spawn} from 'node:child_process'
import {connect} from 'node:net'
import {test} from 'node:test'
import {startCluster, type TestHome} from '../helpers/cluster.ts'
import {isRoot} from '../helpers/mini-cri.ts'
import {until} from '../helpers/until.ts'

const script = `
  const net = require('net')
  require('http').createServer((q, s) => s.end('served ' + q.url)).listen(8080)
  net.createServer({allowHalfOpen: true}, (s) => { let n = 0; s.on('data', (d) => n += d.length); s.on('end', () => s.end('got ' + n)) }).listen(8081)
  net.createServer((s) => s.end(Buffer.alloc(3e6))).listen(8082, '127.0.0.1')`
const ports = [
  {name: 'web', containerPort: 8080},
  {name: 'talk', containerPort: 5353, protocol: 'UDP'},
]
const container = {name: 'main', image: 'host', imagePullPolicy: 'IfNotPresent', ports}
const objects = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'web', labels: {app: 'web'}},
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          ...container,
          command: [process.execPath, '-e', script],
          readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1},
        },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name: 'web'},
    spec: {
      selector: {app: 'web'},
      ports: [
        {name: 'http', port: 80, targetPort: 'web'},
        {name: 'talk', port: 53, protocol: 'UDP'},
      ],
    },
  },
]

interface Forwarding extends Disposable {
  readonly process: ChildProcess
  readonly ports: readonly number[]
  said(): string
}

const forward = async (cluster: TestHome, args: readonly string[], env = {}): Promise<Forwarding> => {
  const child = spawn(cluster.mini, ['port-forward', ...args], {env: {...cluster.env, ...env}})
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const lines = (): RegExpStringIterator<RegExpExecArray> => said.matchAll(/Forwarding from 127\.0\.0\.1:(\d+)/g)
  const wanted = args.length - 1
  await until(`${wanted} local ports of ${said}`, () => [...lines()].length >= wanted)
  return {
    process: child,
    ports: [...lines()].map((line) => Number(line[1])),
    said: () => said,
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

const exitOf = ({process: child}: Forwarding): Promise<number> =>
  until('the forwarding to end', () => (child.exitCode === null ? undefined : {code: child.exitCode})).then(
    ({code}) => code,
  )

const get = async (port = 0, path = '/'): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text()

/** All the other side says when we have said this and are through. */
const converse = async (port = 0, bytes = 0): Promise<Buffer> => {
  const socket = connect({host: '127.0.0.1', port, allowHalfOpen: true})
  socket.end(Buffer.alloc(bytes))
  const chunks: Buffer[] = []
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('port-forward', {skip: !isRoot && 'needs root on Linux'}, async (t) => {
  await using cluster = await startCluster({args: ['--addons', 'none']})
  for (const object of objects) await cluster.ok(['create', '-f', '-'], {stdin: JSON.stringify(object)})
  await cluster.ok(['wait', '--for=condition=Ready', 'pod/web', '--timeout=12s'])

  for (const [carrier, env] of Object.entries({
    'a WebSocket': {},
    SPDY: {KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false'},
  }))
    await t.test(`over ${carrier}: many connections, large ones, and halves that close alone`, async () => {
      using forwarding = await forward(cluster, ['pod/web', ':8080', ':8081', ':8082'], env)
      const [web, counter, inside] = forwarding.ports
      const paths = Array.from({length: 40}, (_, index) => `/${index}`)
      const answers = await Promise.all(paths.map((path) => get(web, path)))
      assert.deepEqual(
        answers,
        paths.map((path) => `served ${path}`),
      )
      assert.equal((await converse(counter, 5_000_000)).toString(), 'got 5000000')
      assert.equal((await converse(inside)).length, 3_000_000)
    })

  await t.test('a service by the name of its port, and the port of a pod by its own', async () => {
    using forwarding = await forward(cluster, ['service/web', ':http'])
    assert.equal(await get(forwarding.ports[0]), 'served /')
    using other = await forward(cluster, ['web', ':web'])
    assert.equal(await get(other.ports[0]), 'served /')
  })

  await t.test('UDP, wrong ports and taken ports are refused', async () => {
    const refused = async (...args: readonly string[]): Promise<string> => {
      const {code, stderr} = await cluster.run(['port-forward', ...args])
      assert.equal(code, 1)
      return stderr
    }
    assert.match(await refused('service/web', '53'), /^error: UDP protocol is not supported for 53/)
    assert.match(await refused('web', '5353'), /^error: UDP protocol is not supported for 5353/)
    assert.match(await refused('service/web', '81'), /does not have a service port 81/)
    assert.match(await refused('web', ':none'), /^error: Pod 'web' does not have a named port 'none'/)
    assert.match(await refused('web', '1:2:3'), /^error: invalid port format '1:2:3'/)
    using forwarding = await forward(cluster, ['web', ':8080'])
    assert.match(await refused('web', `${forwarding.ports[0]}:8080`), /unable to listen on any of the requested ports/)
  })

  await t.test('a port nobody listens on ends the forwarding', async () => {
    using forwarding = await forward(cluster, ['web', ':9999'])
    await converse(forwarding.ports[0])
    const code = await exitOf(forwarding)
    assert.equal(code, 1)
    assert.match(forwarding.said(), /an error occurred forwarding \d+ -> 9999.*\nerror: lost connection to pod\n$/)
  })

  await t.test('a pod that is deleted takes the forwarding with it', async () => {
    using forwarding = await forward(cluster, ['web', ':8080'])
    assert.equal(await get(forwarding.ports[0]), 'served /')
    await cluster.ok(['delete', 'pod', 'web', '--now'])
    await get(forwarding.ports[0]).catch(() => undefined)
    const code = await exitOf(forwarding)
    assert.equal(code, 1)
    assert.match(forwarding.said(), /error: lost connection to pod\n$/)
  })
})
