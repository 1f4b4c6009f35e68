// The HTTP and HTTPS doors. Where the usual port is not ours to have, the next choice is taken and told.
import {once} from 'node:events'
import {createServer, type Server, type Socket} from 'node:net'
import {createServer as createTlsServer, type SecureContext, type TLSSocket} from 'node:tls'
import type {Clock, Timer} from '../lib/clock.ts'
import {hasCode} from '../lib/node-error.ts'
import type {Scheme} from './headers.ts'
import type {BackendPool} from './http1/backend-pool.ts'
import {ClientConnection} from './http1/client-connection.ts'
import type {Http2Front} from './http2/front.ts'
import type {Router} from './router.ts'

const CHECK_MS = 1_000
const HANDSHAKE_MS = 10_000
const MOST_CONNECTIONS = 20_000

export interface Door extends AsyncDisposable {
  readonly port: number
}

export interface TlsChoice {
  readonly contextFor: (serverName: string) => SecureContext | undefined
  /** For names nobody brought a certificate for. */
  readonly fallback: {readonly certificate: string; readonly key: string}
}

export interface DoorOptions {
  readonly host: string
  /** Tried in this order; 0: any. */
  readonly ports: readonly number[]
  readonly router: Router
  readonly pool: BackendPool
  readonly http2: Http2Front
  readonly clock: Clock
  readonly tls?: TlsChoice | undefined
}

const createDoor = (tls: TlsChoice | undefined, accept: (socket: Socket) => void): Server => {
  if (!tls) return createServer({noDelay: true}, accept)
  const server = createTlsServer({
    noDelay: true,
    cert: tls.fallback.certificate,
    key: tls.fallback.key,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: HANDSHAKE_MS,
    SNICallback: (name, done) => done(null, tls.contextFor(name)),
  })
  server.on('secureConnection', accept)
  // A client that does not like the certificate, or speaks no TLS at all.
  server.on('tlsClientError', (_, socket) => socket.destroy())
  return server
}

const listenOn = async (server: Server, host: string, ports: readonly number[]): Promise<number> => {
  for (const [at, port] of ports.entries())
    try {
      server.listen({port, host, backlog: 1024})
      await once(server, 'listening')
      break
    } catch (error) {
      if (at === ports.length - 1 || !hasCode(error, 'EADDRINUSE', 'EACCES')) throw error
    }
  return (server.address() as {port: number}).port
}

export const openDoor = async (options: DoorOptions): Promise<Door> => {
  const {host, ports, router, pool, http2, clock, tls} = options
  const scheme: Scheme = tls ? 'https' : 'http'
  const connections = new Map<Socket, ClientConnection>()
  let timer: Timer | undefined
  const check = (): void => {
    timer = undefined
    const now = clock.monotonic()
    for (const connection of connections.values()) connection.check(now)
    if (connections.size > 0) timer = clock.after(CHECK_MS, check)
  }
  const serveHttp1 = (socket: Socket): void => {
    const onHttp2 = (first: Buffer): void => {
      connections.delete(socket)
      http2.accept(socket, scheme, first)
    }
    connections.set(socket, new ClientConnection({socket, scheme, router, pool, now: () => clock.monotonic(), onHttp2}))
    socket.once('close', () => connections.delete(socket))
    timer ??= clock.after(CHECK_MS, check)
  }
  const server = createDoor(tls, (socket) => {
    if ((socket as TLSSocket).alpnProtocol === 'h2') http2.accept(socket, scheme)
    else serveHttp1(socket)
  })
  server.maxConnections = MOST_CONNECTIONS
  const port = await listenOn(server, host, ports)
  return {
    port,
    async [Symbol.asyncDispose]() {
      timer?.cancel()
      const closed = new Promise<void>((done) => server.close(() => done()))
      for (const socket of connections.keys()) socket.destroy()
      http2.closeSessions()
      await closed
    },
  }
}
