// Real sockets: 127.0.0.0/8 is all ours.
import assert from 'node:assert/strict'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {type AddressInfo, connect, createServer} from 'node:net'
import {test} from 'node:test'
import {openDoor} from '../../src/cli/tunnel/doors.ts'
import {waysOf} from '../../src/cli/tunnel/ways.ts'

const spec = {type: 'LoadBalancer', ports: [{port: 80}, {port: 53, protocol: 'UDP'}, {port: 9, protocol: 'SCTP'}]}
const status = {loadBalancer: {ingress: [{ip: '10.95.255.1'}]}}
const metadata = {name: 'web', namespace: 'shop'}

test('a tunnel has the TCP and UDP ports of LoadBalancer services that have an address', () => {
  assert.deepEqual(
    waysOf({metadata, spec, status}).map(({protocol, address, port}) => `${protocol} ${address} ${port}`),
    ['TCP 10.95.255.1 80', 'UDP 10.95.255.1 53'],
  )
  assert.deepEqual(waysOf({metadata, spec}), [])
  assert.deepEqual(waysOf({metadata, spec: {...spec, type: 'ClusterIP'}, status}), [])
})

test('connections pass with half-closed ends, and end with the door', async () => {
  const server = createServer({allowHalfOpen: true}, (socket) => socket.pipe(socket)).listen(0, '127.20.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  const way = {service: 'shop/web', protocol: 'TCP', address: '127.20.0.1', port} as const
  const door = await openDoor(way, '127.20.0.2')
  const client = connect({host: '127.20.0.2', port, allowHalfOpen: true})
  client.end('x'.repeat(200_000))
  let heard = 0
  for await (const chunk of client) heard += (chunk as Buffer).length
  assert.equal(heard, 200_000)
  const open = connect(port, '127.20.0.2').on('error', () => undefined)
  open.write('x')
  await once(open, 'data')
  await door[Symbol.asyncDispose]()
  await once(open, 'close')
  server.close()
})

test('datagrams find their way there and back', async () => {
  const server = createSocket('udp4')
  server.on('message', (message, from) => server.send(`<${message}>`, from.port, from.address))
  server.bind(0, '127.20.0.3')
  await once(server, 'listening')
  const {port} = server.address()
  await using _door = await openDoor({service: 'shop/dns', protocol: 'UDP', address: '127.20.0.3', port}, '127.20.0.4')
  const client = createSocket('udp4')
  client.send('one', port, '127.20.0.4')
  const [answer, from] = await once(client, 'message')
  assert.equal(String(answer), '<one>')
  assert.equal(from.address, '127.20.0.4')
  client.close()
  server.close()
})
