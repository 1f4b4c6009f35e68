// The HTTP and HTTPS doors. Where the usual port is not ours to have, the next choice is taken and told.
import {once} from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type {SecureContext} from 'node:tls'
import {hasCode} from '../lib/node-error.ts'
import type {Forwarder} from './forward.ts'

const limits = {requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 75_000, maxHeaderSize: 64 * 1024} as const

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
  readonly forwarder: Forwarder
  readonly tls?: TlsChoice | undefined
}

const createDoor = (tls: TlsChoice | undefined): http.Server =>
  tls
    ? https.createServer({
        ...limits,
        cert: tls.fallback.certificate,
        key: tls.fallback.key,
        SNICallback: (name, done) => done(null, tls.contextFor(name)),
      })
    : http.createServer(limits)

const listenOn = async (server: http.Server, host: string, ports: readonly number[]): Promise<number> => {
  for (const [at, port] of ports.entries())
    try {
      server.listen(port, host)
      await once(server, 'listening')
      break
    } catch (error) {
      if (at === ports.length - 1 || !hasCode(error, 'EADDRINUSE', 'EACCES')) throw error
    }
  return (server.address() as {port: number}).port
}

export const openDoor = async ({host, ports, forwarder, tls}: DoorOptions): Promise<Door> => {
  const server = createDoor(tls)
  const scheme = tls ? 'https' : 'http'
  server.on('request', (request, response) => forwarder.request(request, response, scheme))
  server.on('upgrade', (request, socket, head) => forwarder.upgrade(request, socket, head, scheme))
  server.on('clientError', (_, socket) => socket.destroy())
  const port = await listenOn(server, host, ports)
  server.on('error', () => undefined)
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
  }
}
