// Clients that speak HTTP/2: over TLS by agreement, without TLS by starting with its preface.
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type {Socket} from 'node:net'
import {type Client, endToEnd, forwardedFor, type Scheme} from '../headers.ts'
import type {Router} from '../router.ts'
import {asStream} from './as-stream.ts'
import {Http1Agents} from './to-http1.ts'
import {Http2Sessions} from './to-http2.ts'

const IDLE_MS = 300_000
const MOST_STREAMS = 250

export class Http2Front implements Disposable {
  readonly #router: Router
  readonly #server: Http2Server
  readonly #sessions = new Set<ServerHttp2Session>()
  /** Who is at the other end of each session. */
  readonly #clients = new WeakMap<object, Client>()
  #arriving: Client | undefined
  readonly #toHttp1 = new Http1Agents()
  readonly #toHttp2 = new Http2Sessions()

  constructor(router: Router) {
    this.#router = router
    this.#server = createServer({settings: {maxConcurrentStreams: MOST_STREAMS}})
    this.#server.on('session', (session) => {
      if (this.#arriving) this.#clients.set(session, this.#arriving)
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
      session.setTimeout(IDLE_MS, () => session.close())
      session.on('error', () => undefined)
    })
    this.#server.on('sessionError', () => undefined)
    this.#server.on('stream', (stream, headers, flags) => {
      stream.on('error', () => undefined)
      this.#serve(stream, headers, (flags & 1) !== 0)
    })
  }

  /** Takes the connection over; `first` was read from it already. */
  accept(socket: Socket, scheme: Scheme, first?: Buffer): void {
    const {remoteAddress = '', localPort = 0} = socket
    this.#arriving = {address: remoteAddress.replace(/^::ffff:/, ''), port: localPort, scheme}
    this.#server.emit('connection', first ? asStream(socket, first) : socket)
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, endsAtOnce: boolean): void {
    const {':method': method = 'GET', ':path': path = '/', ':authority': authority} = headers
    const host = authority ?? headers.host ?? ''
    const refuse = (status: number, text: string): void => {
      if (stream.destroyed || stream.headersSent) return
      stream.respond({':status': status, 'content-type': 'text/plain; charset=utf-8'})
      stream.end(`${status}: ${text}\n`)
    }
    const route = this.#router.find(host, path)
    if ('status' in route) {
      refuse(route.status, route.text)
      return
    }
    const client = stream.session && this.#clients.get(stream.session)
    if (!client) return
    const {choice, protocol} = route
    const before = headers['x-forwarded-for']
    const added = forwardedFor(host, Array.isArray(before) ? before.join(', ') : before, client)
    const own: OutgoingHttpHeaders = {
      ...endToEnd(headers),
      ...Object.fromEntries(added.map(([name, value]) => [name.toLowerCase(), value])),
      'x-request-id': headers['x-request-id'] ?? crypto.randomUUID(),
      ...(headers.te === 'trailers' ? {te: 'trailers'} : {}),
    }
    if (protocol === 'h2c' || headers['content-type']?.startsWith('application/grpc')) {
      const asked = {...own, ':method': method, ':path': path, ':authority': host, ':scheme': 'http'}
      void this.#toHttp2.pass({stream, headers: asked, choice, endsAtOnce, refuse})
    } else
      this.#toHttp1.pass({stream, method, path, headers: {...own, host}, choice, isTls: protocol === 'https', refuse})
  }

  closeSessions(): void {
    for (const session of this.#sessions) session.destroy()
  }

  [Symbol.dispose](): void {
    this.closeSessions()
    this.#server.close()
    this.#toHttp1[Symbol.dispose]()
    this.#toHttp2[Symbol.dispose]()
  }
}
