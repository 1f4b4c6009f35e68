// Real sockets on loopback: 127.0.0.0/8 is all ours, so every test has addresses of its own.
import assert from 'node:assert/strict'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {connect, createServer, type Server} from 'node:net'
import {test} from 'node:test'
import type {Backend, ServicePort} from '../../src/api/service-ports.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {Balancer} from '../../src/proxy/userspace/balancer.ts'
import {Entrances} from '../../src/proxy/userspace/entrances.ts'
import {fakeClock} from '../helpers/fake-clock.ts'
import {until} from '../helpers/until.ts'

const port = (more: Partial<ServicePort>): ServicePort => ({
  key: 'shop/web:80/TCP',
  protocol: 'TCP',
  port: 7080,
  clusterIps: [],
  externalIps: [],
  nodePort: undefined,
  affinitySeconds: 0,
  balancerIps: [],
  sourceRanges: [],
  clusterBackends: [],
  internalBackends: [],
  externalBackends: [],
  elsewhere: [],
  internalLocal: false,
  externalLocal: false,
  healthCheckNodePort: undefined,
  ...more,
})
const backend = (address: string, number = 9000): Backend => ({address, port: number, nodeName: 'n'})

/** Says its name, then echoes until the client ends. */
const echo = async (address: string, number = 9000): Promise<Server & AsyncDisposable> => {
  const server = createServer({allowHalfOpen: true}, (socket) => {
    socket.write(`${address}:`)
    socket.pipe(socket)
  })
  server.listen(number, address)
  await once(server, 'listening')
  return Object.assign(server, {[Symbol.asyncDispose]: async () => void server.close()})
}

const talk = async (host: string, text: string, number = 7080): Promise<string> => {
  const socket = connect({host, port: number, allowHalfOpen: true})
  socket.end(text)
  let heard = ''
  for await (const chunk of socket) heard += chunk
  return heard
}

const newEntrances = (): Entrances =>
  new Entrances({clock: systemClock, logger: silentLogger, nodeAddresses: ['127.9.0.1']})

test('connections reach a backend, with half-closed ends and every byte', async () => {
  await using _echo = await echo('127.10.0.1')
  await using entrances = newEntrances()
  await entrances.set('a', port({clusterIps: ['127.10.1.1'], internalBackends: [backend('127.10.0.1')]}))
  const text = 'x'.repeat(300_000)
  assert.equal(await talk('127.10.1.1', text), `127.10.0.1:${text}`)
})

test('a backend that refuses is passed over; without any the connection is reset', async () => {
  await using _echo = await echo('127.11.0.2')
  await using entrances = newEntrances()
  await entrances.set(
    'a',
    port({clusterIps: ['127.11.1.1'], internalBackends: [backend('127.11.0.1'), backend('127.11.0.2')]}),
  )
  for (let at = 0; at < 4; at++) assert.equal(await talk('127.11.1.1', 'a'), '127.11.0.2:a')
  await entrances.set('a', port({clusterIps: ['127.11.1.1']}))
  await assert.rejects(talk('127.11.1.1', 'a'), /ECONNRESET|EPIPE/)
})

test('node ports and external addresses go to the external backends', async () => {
  await using _inside = await echo('127.12.0.1')
  await using _outside = await echo('127.12.0.2')
  await using entrances = newEntrances()
  await entrances.set(
    'a',
    port({
      clusterIps: ['127.12.1.1'],
      externalIps: ['127.12.2.1'],
      nodePort: 30_080,
      internalBackends: [backend('127.12.0.1')],
      externalBackends: [backend('127.12.0.2')],
    }),
  )
  assert.equal(await talk('127.12.1.1', ''), '127.12.0.1:')
  assert.equal(await talk('127.12.2.1', ''), '127.12.0.2:')
  assert.equal(await talk('127.9.0.1', '', 30_080), '127.12.0.2:')
})

test('what is no longer wanted is closed, and open connections to it end', async () => {
  await using _echo = await echo('127.13.0.1')
  await using entrances = newEntrances()
  await entrances.set('a', port({clusterIps: ['127.13.1.1'], internalBackends: [backend('127.13.0.1')]}))
  const socket = connect(7080, '127.13.1.1')
  await once(socket, 'data')
  socket.on('error', () => undefined)
  await entrances.set('a', undefined)
  await until('the connection ends', () => socket.destroyed)
  assert.equal(entrances.size, 0)
  await assert.rejects(talk('127.13.1.1', ''), /ECONNREFUSED/)
})

test('datagrams go to one backend a client and find their way back', async () => {
  const server = createSocket('udp4')
  server.on('message', (message, from) => server.send(`<${message}>`, from.port, from.address))
  server.bind(9000, '127.14.0.1')
  await once(server, 'listening')
  await using entrances = newEntrances()
  await entrances.set(
    'a',
    port({protocol: 'UDP', clusterIps: ['127.14.1.1'], internalBackends: [backend('127.14.0.1')]}),
  )
  const client = createSocket('udp4')
  for (const text of ['one', 'two']) {
    client.send(text, 7080, '127.14.1.1')
    const [answer, from] = await once(client, 'message')
    assert.equal(String(answer), `<${text}>`)
    assert.equal(from.address, '127.14.1.1')
  }
  client.close()
  server.close()
})

test('the backend with the fewest connections is next, and idle ones take turns', () => {
  const balancer = new Balancer(fakeClock())
  const [a, b] = [backend('10.0.0.1'), backend('10.0.0.2')]
  balancer.update([a, b], 0)
  const first = balancer.choose('c')
  const second = balancer.choose('c')
  assert.notEqual(first, second)
  balancer.opened(a)
  assert.equal(balancer.choose('c'), b)
  assert.equal(balancer.choose('c'), b)
})

test('with affinity a client stays where it was, until it was away too long or its backend left', async () => {
  const clock = fakeClock()
  const balancer = new Balancer(clock)
  const all = [backend('10.0.0.1'), backend('10.0.0.2'), backend('10.0.0.3')]
  balancer.update(all, 60)
  const first = balancer.choose('c')
  for (let at = 0; at < 5; at++) assert.equal(balancer.choose('c'), first)
  await clock.advance(59_000)
  assert.equal(balancer.choose('c'), first)
  balancer.update(
    all.filter((one) => one !== first),
    60,
  )
  const next = balancer.choose('c')
  assert.notEqual(next, first)
  balancer.update(all, 60)
  assert.equal(balancer.choose('c'), next)
})
