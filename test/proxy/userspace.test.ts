// Real sockets on loopback: 127.0.0.0/8 is all ours, so every test has addresses of its own.
import assert from 'node:assert/strict'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {readdirSync} from 'node:fs'
import {connect, createServer, type Server} from 'node:net'
import {test} from 'node:test'
import type {Backend, ServicePort} from '../../src/api/service-ports.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {silentLogger} from '../../src/lib/logger.ts'
import {PolicyJudge} from '../../src/proxy/policies/judge.ts'
import {AddressClaims} from '../../src/proxy/userspace/address-claims.ts'
import {Balancer} from '../../src/proxy/userspace/balancer.ts'
import {Desk} from '../../src/proxy/userspace/desk.ts'
import type {Neighbourhood} from '../../src/proxy/userspace/doorman.ts'
import {Entrances} from '../../src/proxy/userspace/entrances.ts'
import {UdpEntrance} from '../../src/proxy/userspace/udp.ts'
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
/** Everything on loopback is this machine's. */
const around: Neighbourhood = {
  nodeOf: () => undefined,
  isMachine: () => true,
  machineAddresses: ['127.0.0.1'],
  judge: new PolicyJudge([]),
}
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
  new Entrances({
    clock: systemClock,
    logger: silentLogger,
    around: () => around,
    nodeAddresses: () => ['127.9.0.1'],
    claims: new AddressClaims({owner: 'mini-test', localRanges: ['127.0.0.0/8'], logger: silentLogger}),
  })

test('connections reach a backend, with half-closed ends and every byte', async () => {
  await using _echo = await echo('127.10.0.1')
  await using entrances = newEntrances()
  await entrances.set('a', port({clusterIps: ['127.10.1.1'], internalBackends: [backend('127.10.0.1')]}))
  const text = 'x'.repeat(300_000)
  assert.equal(await talk('127.10.1.1', text), `127.10.0.1:${text}`)
})

test('a backend that refuses is passed over; without any it is refused', async () => {
  await using _echo = await echo('127.11.0.2')
  await using entrances = newEntrances()
  await entrances.set(
    'a',
    port({clusterIps: ['127.11.1.1'], internalBackends: [backend('127.11.0.1'), backend('127.11.0.2')]}),
  )
  for (let at = 0; at < 4; at++) assert.equal(await talk('127.11.1.1', 'a'), '127.11.0.2:a')
  await entrances.set('a', port({clusterIps: ['127.11.1.1']}))
  await assert.rejects(talk('127.11.1.1', 'a'), /ECONNREFUSED/)
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
      clusterBackends: [backend('127.12.0.2')],
    }),
  )
  assert.equal(await talk('127.12.1.1', ''), '127.12.0.1:')
  assert.equal(await talk('127.12.2.1', ''), '127.12.0.2:')
  assert.equal(await talk('127.9.0.1', '', 30_080), '127.12.0.2:')
})

test('what is no longer wanted listens no more; who talks already goes on', async () => {
  await using _echo = await echo('127.13.0.1')
  await using entrances = newEntrances()
  await entrances.set('a', port({clusterIps: ['127.13.1.1'], internalBackends: [backend('127.13.0.1')]}))
  const socket = connect({port: 7080, host: '127.13.1.1', allowHalfOpen: true})
  await once(socket, 'data')
  await entrances.set('a', undefined)
  assert.equal(entrances.size, 0)
  await assert.rejects(talk('127.13.1.1', ''), /ECONNREFUSED/)
  socket.write('still here')
  const [heard] = await once(socket, 'data')
  assert.equal(String(heard), 'still here')
  socket.destroy()
})

test('a slow reader gets every byte, also when the backend is done long before', async () => {
  const text = 'y'.repeat(8_000_000)
  const server = createServer((socket) => socket.end(text))
  server.listen(9000, '127.15.0.1')
  await once(server, 'listening')
  await using entrances = newEntrances()
  await entrances.set('a', port({clusterIps: ['127.15.1.1'], internalBackends: [backend('127.15.0.1')]}))
  const socket = connect({port: 7080, host: '127.15.1.1', allowHalfOpen: true})
  socket.end()
  socket.pause()
  let heard = 0
  for await (const chunk of socket) heard += chunk.length
  assert.equal(heard, text.length)
  server.close()
})

test('ten thousand connections leave nothing behind', async () => {
  await using _echo = await echo('127.16.0.1')
  await using entrances = newEntrances()
  await entrances.set('a', port({clusterIps: ['127.16.1.1'], internalBackends: [backend('127.16.0.1')]}))
  const descriptors = (): number => readdirSync('/proc/self/fd').length
  const some = async (count: number): Promise<void> => {
    await Promise.all(Array.from({length: count}, () => talk('127.16.1.1', 'a')))
  }
  await some(10)
  const before = descriptors()
  for (let round = 0; round < 50; round++) await some(200)
  await until('all are closed', () => descriptors() <= before + 2)
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

test('a flow of datagrams is forgotten when nothing was said for a while, and moves when its backend leaves', async () => {
  const servers = await Promise.all(
    ['127.17.0.1', '127.17.0.2'].map(async (address) => {
      const server = createSocket('udp4')
      server.on('message', (_, from) => server.send(address, from.port, from.address))
      server.bind(9000, address)
      await once(server, 'listening')
      return server
    }),
  )
  const clock = fakeClock()
  const all = [backend('127.17.0.1'), backend('127.17.0.2')]
  let udp = port({protocol: 'UDP', internalBackends: all})
  const balancer = new Balancer(clock)
  const desk = new Desk({way: 'inside', balancer, port: () => udp, around: () => around})
  await using entrance = new UdpEntrance(desk, clock, '127.17.1.1')
  await entrance.listen('127.17.1.1', 7080)
  const client = createSocket('udp4')
  const ask = async (): Promise<string> => {
    client.send('hello', 7080, '127.17.1.1')
    return String((await once(client, 'message'))[0])
  }
  const first = await ask()
  assert.equal(await ask(), first)
  udp = port({protocol: 'UDP', internalBackends: all.filter(({address}) => address !== first)})
  entrance.refresh()
  assert.notEqual(await ask(), first)
  assert.deepEqual([entrance.flows, balancer.open], [1, 1])
  await clock.advance(61_000)
  assert.deepEqual([entrance.flows, balancer.open], [0, 0])
  client.close()
  for (const server of servers) server.close()
})

test('the backend with the fewest connections is next, and idle ones take turns', () => {
  const balancer = new Balancer(fakeClock())
  const [a, b] = [backend('10.0.0.1'), backend('10.0.0.2')]
  const first = balancer.choose('c', [a, b])
  assert.notEqual(balancer.choose('c', [a, b]), first)
  balancer.opened(a)
  assert.equal(balancer.choose('c', [a, b]), b)
  assert.equal(balancer.choose('c', [a, b]), b)
})

test('with affinity a client stays where it was, until it was away too long or its backend left', async () => {
  const clock = fakeClock()
  const balancer = new Balancer(clock)
  const all = [backend('10.0.0.1'), backend('10.0.0.2'), backend('10.0.0.3')]
  balancer.affinitySeconds = 60
  const first = balancer.choose('c', all)
  for (let at = 0; at < 5; at++) assert.equal(balancer.choose('c', all), first)
  await clock.advance(59_000)
  assert.equal(balancer.choose('c', all), first)
  const next = balancer.choose(
    'c',
    all.filter((one) => one !== first),
  )
  assert.notEqual(next, first)
  assert.equal(balancer.choose('c', all), next)
})
