// The streaming server: exec, attach and port-forward hand out an address with a secret that works once; whoever comes
// with it is connected, over WebSocket or SPDY. Listens on loopback only.
import {randomBytes} from 'node:crypto'
import {createServer, type IncomingMessage, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Duplex} from 'node:stream'
import {type WebSocket, WebSocketServer} from 'ws'
import {GrpcError, grpcCodes} from '../../lib/grpc/status.ts'
import type {Runtime} from '../runtime.ts'
import {type Channels, failure, type StreamOptions} from './channels.ts'
import {forwardOverSpdy} from './port-forward.ts'
import {runAttach, runExec} from './run-exec.ts'
import {spdyChannels} from './spdy-channels.ts'
import {websocketChannels, websocketProtocols} from './websocket-channels.ts'
import {forwardOverChannels, forwardOverTunnel, forwardProtocols, TUNNEL} from './websocket-forward.ts'

export type Session =
  | {
      readonly kind: 'exec'
      readonly containerId: string
      readonly command: readonly string[]
      readonly options: StreamOptions
    }
  | {readonly kind: 'attach'; readonly containerId: string; readonly options: StreamOptions}
  | {readonly kind: 'portforward'; readonly sandboxId: string; readonly ports: readonly number[]}

const TOKEN_LIFE_MS = 60_000
const MOST_TOKENS = 1000

const spdyProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
]

const offered = (request: IncomingMessage, header: string): string[] =>
  String(request.headers[header] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)

const switchToSpdy = (socket: Duplex, protocol: string): void => {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: SPDY/3.1', 'Connection: Upgrade']
  if (protocol) lines.push(`X-Stream-Protocol-Version: ${protocol}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
}

const refuse = (socket: Duplex, status: string, message: string): void => {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${message.length}\r\nConnection: close\r\n\r\n${message}`,
  )
}

export class StreamingServer {
  readonly #runtime: Runtime
  readonly #sessions = new Map<string, Session>()
  readonly #server: Server
  readonly #websockets: WebSocketServer
  #address: Promise<string> | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#websockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: (protocols) =>
        [...forwardProtocols.slice(0, 1), ...websocketProtocols, ...forwardProtocols].find((name) =>
          protocols.has(name),
        ) ?? false,
    })
    this.#server = createServer((_, response) => {
      response.writeHead(426).end('this address wants a WebSocket or SPDY/3.1')
    })
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Starts to listen with the first session. */
  async open(session: Session): Promise<string> {
    this.#address ??= this.#listen()
    if (this.#sessions.size >= MOST_TOKENS)
      throw new GrpcError(grpcCodes.resourceExhausted, 'too many streams wait to be opened')
    const token = randomBytes(16).toString('base64url')
    this.#sessions.set(token, session)
    setTimeout(() => this.#sessions.delete(token), TOKEN_LIFE_MS).unref()
    return `${await this.#address}/${session.kind}/${token}`
  }

  #listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`),
      )
    })
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => undefined) // 'close' follows
    const token = (request.url ?? '').split('?')[0]?.split('/').at(-1) ?? ''
    const session = this.#sessions.get(token)
    this.#sessions.delete(token)
    if (!session) {
      refuse(socket, '404 Not Found', 'unknown or used token')
      return
    }
    if (head.length > 0) socket.unshift(head)
    const upgrade = String(request.headers.upgrade).toLowerCase()
    if (upgrade === 'websocket')
      this.#websockets.handleUpgrade(request, socket, Buffer.alloc(0), (websocket) =>
        this.#overWebSocket(websocket, session),
      )
    else if (upgrade.startsWith('spdy/3.1')) this.#overSpdy(request, socket, session)
    else refuse(socket, '400 Bad Request', `cannot upgrade to ${upgrade}`)
  }

  #overWebSocket(websocket: WebSocket, session: Session): void {
    if (session.kind !== 'portforward') {
      void this.#run(session, websocketChannels(websocket, session.options))
      return
    }
    const sandbox = this.#runtime.needSandbox(session.sandboxId)
    if (websocket.protocol === TUNNEL) forwardOverTunnel(websocket, sandbox)
    else forwardOverChannels(websocket, sandbox, session.ports)
  }

  #overSpdy(request: IncomingMessage, socket: Duplex, session: Session): void {
    const names = offered(request, 'x-stream-protocol-version')
    if (session.kind === 'portforward') {
      switchToSpdy(socket, names[0] ?? 'portforward.k8s.io')
      forwardOverSpdy(socket, this.#runtime.needSandbox(session.sandboxId))
      return
    }
    const protocol = spdyProtocols.find((name) => names.includes(name)) ?? ''
    if (names.length > 0 && !protocol) {
      refuse(socket, '403 Forbidden', 'unable to negotiate protocol')
      return
    }
    switchToSpdy(socket, protocol)
    void spdyChannels(socket, session.options, protocol).then(
      (channels) => this.#run(session, channels),
      () => undefined, // the socket is closed already
    )
  }

  async #run(session: Exclude<Session, {kind: 'portforward'}>, channels: Channels): Promise<void> {
    try {
      const container = this.#runtime.needLive(session.containerId)
      if (session.kind === 'exec') await runExec(container, session.command, session.options, channels)
      else await runAttach(container, session.options, channels)
    } catch (error) {
      channels.finish(failure(error instanceof Error ? error.message : String(error)))
    }
  }
}
