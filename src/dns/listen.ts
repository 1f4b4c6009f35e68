// The sockets: UDP and TCP on one address.
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {createServer, isIPv6, type Socket} from 'node:net'
import type {Resolver} from './resolver.ts'
import {LengthFramed} from './tcp-frames.ts'

const IDLE_MS = 10_000
const MOST_CONNECTIONS = 1_000

export interface DnsAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

export interface DnsListener extends AsyncDisposable {
  readonly port: number
}

export const listenDns = async ({host, port}: DnsAddress, resolver: Resolver): Promise<DnsListener> => {
  const family = isIPv6(host) ? 6 : 4
  // Answers go to addresses, never to names: nothing needs to be looked up.
  const udp = createSocket({
    type: `udp${family}`,
    recvBufferSize: 2 ** 20,
    lookup: (address, _, done) => done(null, address, family),
  })
  udp.on('message', (query, {port: toPort, address}) => {
    const send = (response: Uint8Array | undefined): void => {
      if (response) udp.send(response, toPort, address, () => undefined)
    }
    const response = resolver.resolve(query, false)
    if (response instanceof Promise) response.then(send, () => undefined)
    else send(response)
  })
  // Without a look-up it may listen before bind() returns.
  const listening = once(udp, 'listening')
  udp.bind(port, host)
  await listening
  const bound = udp.address().port

  const connections = new Set<Socket>()
  const tcp = createServer((socket) => {
    connections.add(socket)
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => connections.delete(socket))
    const frames = new LengthFramed(async (query) => {
      const response = await resolver.resolve(query, true)
      if (response && socket.writable) socket.write(LengthFramed.frame(response))
    })
    socket.on('data', (chunk: Buffer) => frames.push(chunk))
  })
  tcp.maxConnections = MOST_CONNECTIONS
  tcp.listen(bound, host)
  await once(tcp, 'listening')
  udp.on('error', () => undefined)

  return {
    port: bound,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy()
      await Promise.all([new Promise<void>((done) => udp.close(() => done())), new Promise((done) => tcp.close(done))])
    },
  }
}
