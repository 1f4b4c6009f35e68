// The resolver with real bytes, and a resolver of the host's that is a socket of the test's.
import assert from 'node:assert/strict'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {renameSync, writeFileSync} from 'node:fs'
import {connect, createServer} from 'node:net'
import {join} from 'node:path'
import {test} from 'node:test'
import {type Answer, decode, encode, type Packet} from 'dns-packet'
import {listenDns} from '../../src/dns/listen.ts'
import type {DnsRecord} from '../../src/dns/records.ts'
import {Resolver} from '../../src/dns/resolver.ts'
import {LengthFramed} from '../../src/dns/tcp-frames.ts'
import {Upstreams} from '../../src/dns/upstreams.ts'
import {systemClock} from '../../src/lib/clock.ts'
import {seeded} from '../../src/lib/random.ts'
import {fakeClock} from '../helpers/fake-clock.ts'
import {tempFolder} from '../helpers/temp.ts'
import {until} from '../helpers/until.ts'

const many: DnsRecord[] = Array.from({length: 60}, (_, at) => ({type: 'A', address: `10.244.1.${at}`}))
const names: Record<string, readonly DnsRecord[]> = {
  'many.shop.svc.cluster.local': many,
  'two.shop.svc.cluster.local': many.slice(0, 2),
  'alias.shop.svc.cluster.local': [{type: 'CNAME', target: 'www.example.com'}],
}
const zone = {
  domain: 'cluster.local',
  generation: 1,
  lookup: (name: string) => names[name],
  hasNamespace: () => true,
  isOwn: (name: string) => name.endsWith('cluster.local'),
}

interface Asked {
  readonly name: string
  readonly overTcp: boolean
}

/** Answers `reply` for everything it is asked, on UDP and TCP. */
const upstream = async (host: string, reply: (name: string, overTcp: boolean) => Partial<Packet> | undefined) => {
  const asked: Asked[] = []
  const answer = (query: Buffer, overTcp: boolean): Buffer | undefined => {
    const {id, questions} = decode(query)
    const name = questions?.[0]?.name ?? ''
    asked.push({name, overTcp})
    const parts = reply(name, overTcp)
    return parts && encode({id: id ?? 0, type: 'response', flags: 0x80, questions: questions ?? [], ...parts})
  }
  const udp = createSocket('udp4')
  udp.on('message', (query, from) => {
    const response = answer(query, false)
    if (response) udp.send(response, from.port, from.address)
  })
  udp.bind(0, host)
  await once(udp, 'listening')
  const {port} = udp.address()
  const tcp = createServer((socket) => {
    const frames = new LengthFramed((query) => {
      const response = answer(query, true)
      if (response) socket.write(LengthFramed.frame(response))
    })
    socket.on('data', (chunk: Buffer) => frames.push(chunk))
    socket.on('error', () => undefined)
  }).listen(port, host)
  await once(tcp, 'listening')
  return {
    host,
    port,
    asked,
    [Symbol.asyncDispose]: async () => {
      udp.close()
      tcp.close()
    },
  }
}

const resolverOf = (servers: readonly string[], upstreamPort = 53, clock = systemClock): Resolver =>
  new Resolver({zone, hosts: {lookup: () => undefined}, upstreams: () => servers, upstreamPort, clock})

const edns = (udpPayloadSize: number): Answer => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
})
const queryFor = (name: string, {size = 0, id = 7, type = 'A' as 'A' | 'CNAME'} = {}): Buffer =>
  encode({id, type: 'query', flags: 0x100, questions: [{name, type}], additionals: size > 0 ? [edns(size)] : []})
const ask = async (resolver: Resolver, query: Buffer, overTcp = false) => {
  const bytes = await resolver.resolve(query, overTcp)
  assert.ok(bytes)
  return {bytes, packet: decode(bytes), rcode: (decode(bytes) as {rcode?: string}).rcode}
}
const record = (name: string, data: string, ttl: number): Answer => ({type: 'A', name, data, ttl, class: 'IN'})

test('addresses take turns at being the first, in fresh and in kept answers', async () => {
  using resolver = resolverOf([])
  const firsts = new Set<string>()
  for (let at = 0; at < 4; at++) {
    const {packet} = await ask(resolver, queryFor('two.shop.svc.cluster.local', {id: at}))
    assert.equal(packet.id, at)
    const [first] = packet.answers ?? []
    firsts.add(first?.type === 'A' ? first.data : '')
  }
  assert.equal(firsts.size, 2)
})

test('names are said once, and what is too long for a datagram is cut and said to be', async () => {
  using resolver = resolverOf([])
  const query = queryFor('many.shop.svc.cluster.local')
  const cut = await ask(resolver, query)
  assert.ok(cut.bytes.length <= 512)
  assert.equal(cut.packet.flag_tc, true)
  const whole = await ask(resolver, queryFor('many.shop.svc.cluster.local', {size: 1232}))
  assert.equal(whole.packet.flag_tc, false)
  assert.equal(whole.packet.answers?.length, 60)
  assert.ok(whole.bytes.length < 60 * 17 + 80, `${whole.bytes.length} bytes`)
  assert.equal((await ask(resolver, query, true)).packet.answers?.length, 60)
})

test('without any resolver of the host the world is a failure at once, the cluster goes on', async () => {
  using resolver = resolverOf([])
  assert.equal((await ask(resolver, queryFor('example.com'))).rcode, 'SERVFAIL')
  assert.equal((await ask(resolver, queryFor('no.shop.svc.cluster.local'))).rcode, 'NXDOMAIN')
  const alias = await ask(resolver, queryFor('alias.shop.svc.cluster.local'))
  assert.equal(alias.rcode, 'NOERROR')
  assert.deepEqual(
    alias.packet.answers?.map(({type}) => type),
    ['CNAME'],
  )
})

test("an answer of the world's is kept as long as it says, and its time counts down", async () => {
  await using server = await upstream('127.21.0.1', (name) => ({answers: [record(name, '192.0.2.1', 30)]}))
  const clock = fakeClock()
  using resolver = resolverOf([server.host], server.port, clock)
  const ttl = async (): Promise<number> => {
    const {packet} = await ask(resolver, queryFor('www.example.com'))
    const [first] = packet.answers ?? []
    return first && 'ttl' in first ? (first.ttl ?? -1) : -1
  }
  assert.equal(await ttl(), 30)
  await clock.advance(12_000)
  assert.equal(await ttl(), 18)
  assert.equal(server.asked.length, 1)
  await clock.advance(19_000)
  assert.equal(await ttl(), 30)
  assert.equal(server.asked.length, 2)
})

test('that there is nothing is kept as the zone says, failures are not kept', async () => {
  const data = {mname: 'a', rname: 'b', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 10}
  const soa: Answer = {type: 'SOA', name: 'example.com', ttl: 60, class: 'IN', data}
  await using server = await upstream('127.21.0.2', (name) =>
    name.startsWith('fail') ? {flags: 0x82} : {flags: 0x83, authorities: [soa]},
  )
  const clock = fakeClock()
  using resolver = resolverOf([server.host], server.port, clock)
  for (let at = 0; at < 2; at++) assert.equal((await ask(resolver, queryFor('no.example.com'))).rcode, 'NXDOMAIN')
  assert.equal(server.asked.length, 1)
  await clock.advance(11_000)
  await ask(resolver, queryFor('no.example.com'))
  assert.equal(server.asked.length, 2)
  for (let at = 0; at < 2; at++) assert.equal((await ask(resolver, queryFor('fail.example.com'))).rcode, 'SERVFAIL')
  assert.equal(server.asked.length, 4)
})

test('many who ask the same at once wait for one answer, each with its own id', async () => {
  await using server = await upstream('127.21.0.3', (name) => ({answers: [record(name, '192.0.2.1', 0)]}))
  using resolver = resolverOf([server.host], server.port)
  const all = await Promise.all(Array.from({length: 10}, (_, id) => ask(resolver, queryFor('www.example.com', {id}))))
  assert.deepEqual(
    all.map(({packet}) => packet.id),
    Array.from({length: 10}, (_, id) => id),
  )
  assert.equal(server.asked.length, 1)
})

test('an alias that leads outside brings the answer along, over TCP when it is too long', async () => {
  await using server = await upstream('127.21.0.4', (name, overTcp) =>
    overTcp ? {answers: [record(name, '192.0.2.9', 60)]} : {flags: 0x0280},
  )
  using resolver = resolverOf([server.host], server.port)
  const {packet} = await ask(resolver, queryFor('alias.shop.svc.cluster.local'))
  assert.deepEqual(
    packet.answers?.map((answer) => `${answer.name} ${answer.type}`),
    ['alias.shop.svc.cluster.local CNAME', 'www.example.com A'],
  )
  assert.deepEqual(
    server.asked.map(({overTcp}) => overTcp),
    [false, true],
  )
})

test('a resolver that refuses or where nobody listens is passed over without waiting', async () => {
  await using poor = await upstream('127.21.0.5', () => ({flags: 0x85}))
  await using good = await upstream('127.21.0.6', (name) => ({answers: [record(name, '192.0.2.1', 1)]}))
  // One port for all: where the first listens the second must as well.
  const startedAt = performance.now()
  using resolver = resolverOf(['127.21.0.7', good.host], good.port)
  assert.equal((await ask(resolver, queryFor('www.example.com'))).rcode, 'NOERROR')
  assert.ok(performance.now() - startedAt < 500)
  using refused = resolverOf([poor.host], poor.port)
  assert.equal((await ask(refused, queryFor('www.example.com'))).rcode, 'REFUSED')
})

test('resolvers that keep silent are waited for less and less', async () => {
  await using silent = await upstream('127.21.0.8', () => undefined)
  const clock = fakeClock()
  using resolver = resolverOf([silent.host], silent.port, clock)
  const waited: number[] = []
  for (let at = 0; at < 4; at++) {
    const before = clock.monotonic()
    let isAnswered = false
    const asking = ask(resolver, queryFor(`${at}.example.com`)).then(() => {
      isAnswered = true
    })
    await until('the question to arrive', () => silent.asked.length > at)
    while (!isAnswered) {
      await clock.advance(50)
      await new Promise(setImmediate)
    }
    await asking
    waited.push(clock.monotonic() - before)
  }
  assert.deepEqual(
    waited.map((ms) => ms <= 300),
    [false, false, false, true],
  )
})

test('changes of resolv.conf are followed, also of one that is replaced', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'resolv.conf')
  writeFileSync(file, 'nameserver 192.0.2.1\nnameserver 10.96.0.10\n')
  let changes = 0
  using upstreams = new Upstreams({file, own: ['10.96.0.10'], onChange: () => changes++})
  assert.deepEqual(upstreams.servers, ['192.0.2.1'])
  writeFileSync(`${file}.new`, 'nameserver 192.0.2.2\n')
  renameSync(`${file}.new`, file)
  await until('the new resolver', () => upstreams.servers[0] === '192.0.2.2')
  writeFileSync(file, '')
  await until('no resolver', () => upstreams.servers.length === 0)
  assert.ok(changes >= 3)
})

test('whatever bytes come, the answer is one or none, and never an exception', async () => {
  using resolver = resolverOf([])
  const random = seeded(20_260_101)
  const good = queryFor('two.shop.svc.cluster.local', {size: 1232})
  for (let round = 0; round < 3_000; round++) {
    const bytes = Buffer.from(good.subarray(0, 1 + Math.floor(random.next() * good.length)))
    for (let flips = 0; flips < 4; flips++)
      bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256)
    await resolver.resolve(bytes, round % 2 === 0)
  }
})

test('the same port answers over UDP and TCP, and ends with its connections', async () => {
  using resolver = resolverOf([])
  const listener = await listenDns({host: '127.21.0.9', port: 0}, resolver)
  const udp = createSocket('udp4')
  udp.send(queryFor('two.shop.svc.cluster.local'), listener.port, '127.21.0.9')
  const [short] = await once(udp, 'message')
  assert.equal(decode(short).answers?.length, 2)
  udp.close()
  const tcp = connect(listener.port, '127.21.0.9')
  const answers: number[] = []
  const frames = new LengthFramed((message) => answers.push(decode(message).answers?.length ?? 0))
  tcp.on('data', (chunk: Buffer) => frames.push(chunk))
  // Two questions in one go, the second in pieces.
  const [first, second] = ['two', 'many'].map((name) => LengthFramed.frame(queryFor(`${name}.shop.svc.cluster.local`)))
  tcp.write(Buffer.concat([first ?? Buffer.alloc(0), second?.subarray(0, 9) ?? Buffer.alloc(0)]))
  tcp.write(second?.subarray(9) ?? '')
  await until('both answers', () => answers.length === 2)
  assert.deepEqual(answers, [2, 60])
  await listener[Symbol.asyncDispose]()
  await once(tcp, 'close')
})
