// A connection of a client's: its requests one after the other, each as an exchange with a backend.
import {STATUS_CODES} from 'node:http'
import type {Socket} from 'node:net'
import type {Client, Scheme} from '../headers.ts'
import type {Router} from '../router.ts'
import type {BackendConnection, BackendPool} from './backend-pool.ts'
import {type ClientSide, Exchange} from './exchange.ts'
import {BadMessage, type RequestHead, readRequestHead} from './head.ts'
import {HeadBuffer} from './head-buffer.ts'

const NOTHING = Buffer.alloc(0)
const HEAD_MS = 30_000
const IDLE_MS = 75_000
/** How long a backend may take before it says anything. */
const ANSWER_MS = 60_000
/** Between two bytes of a body. */
const BODY_MS = 300_000

export interface ConnectionOptions {
  readonly socket: Socket
  readonly scheme: Scheme
  readonly router: Router
  readonly pool: BackendPool
  readonly now: () => number
  /** The client turned out to speak HTTP/2: the connection is somebody else's, with what it began with. */
  readonly onHttp2: (first: Buffer) => void
}

/** How HTTP/2 without TLS begins. */
const PREFACE = Buffer.from('PRI * HTTP/2.0')

export class ClientConnection implements ClientSide {
  readonly client: Client
  readonly #options: ConnectionOptions
  readonly #socket: Socket
  #head = new HeadBuffer()
  #exchange: Exchange | undefined
  #request: RequestHead | undefined
  /** Came behind the request that is being answered. */
  #later: Buffer = NOTHING
  #isTunnel = false
  #lastMs: number

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#socket = options.socket
    this.#lastMs = options.now()
    const {remoteAddress = '', localPort = 0} = options.socket
    this.client = {address: remoteAddress.replace(/^::ffff:/, ''), port: localPort, scheme: options.scheme}
    this.#socket.on('data', this.#onFirst)
    this.#socket.on('drain', this.#onDrain)
    this.#socket.on('error', () => undefined)
    this.#socket.on('end', this.#onEnd)
    this.#socket.on('close', this.#onClose)
  }

  readonly #onFirst = (bytes: Buffer): void => {
    this.#socket.off('data', this.#onFirst)
    if (bytes.subarray(0, PREFACE.length).equals(PREFACE)) {
      this.#leave()
      this.#options.onHttp2(bytes)
      return
    }
    this.#socket.on('data', this.#onData)
    this.#onData(bytes)
  }

  readonly #onDrain = (): void => this.#exchange?.onClientDrain()
  readonly #onClose = (): void => this.#exchange?.cancel()

  /** Somebody else looks after the connection. */
  #leave(): void {
    this.#socket.off('data', this.#onData)
    this.#socket.off('drain', this.#onDrain)
    this.#socket.off('end', this.#onEnd)
    this.#socket.off('close', this.#onClose)
  }

  /** Called now and then: ends what takes too long. */
  check(now: number): void {
    const since = now - this.#lastMs
    if (this.#isTunnel) return
    if (!this.#exchange) {
      if (since > (this.#head.isEmpty ? IDLE_MS : HEAD_MS)) this.#socket.destroy()
    } else if (since > (this.#exchange.isAnswered || !this.#exchange.hasWholeRequest ? BODY_MS : ANSWER_MS))
      this.#exchange.onTimeout()
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#lastMs = this.#options.now()
    const exchange = this.#exchange
    try {
      if (!exchange) this.#takeHead(bytes)
      else this.#takeBody(exchange, bytes)
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error
      this.#exchange?.cancel()
      this.refuse(error.status, error.message)
    }
  }

  #takeBody(exchange: Exchange, bytes: Buffer): void {
    const taken = exchange.onClientData(bytes, 0)
    if (taken === bytes.length) return
    // The next request before the answer to this one: it has to wait.
    this.#later = this.#later.length === 0 ? bytes.subarray(taken) : Buffer.concat([this.#later, bytes.subarray(taken)])
    this.#socket.pause()
  }

  #takeHead(bytes: Buffer): void {
    const found = this.#head.push(bytes)
    if (!found) return
    const request = readRequestHead(found.text.replace(/^(\r\n)+/, ''))
    this.#request = request
    const {router, pool} = this.#options
    const route = router.find(request.host, request.target)
    if ('status' in route) {
      // Whatever else comes is the body of a request that nobody wants.
      this.refuse(route.status, route.text)
      return
    }
    if (route.protocol === 'h2c') {
      route.choice.release()
      this.refuse(502, 'the endpoints speak HTTP/2 only: ask with HTTP/2')
      return
    }
    const {choice, protocol} = route
    const exchange = new Exchange({head: request, side: this, choice, isTls: protocol === 'https', pool})
    this.#exchange = exchange
    if (found.rest.length > 0) this.#takeBody(exchange, found.rest)
    // Until somebody takes it the rest of the body stays with the client.
    if (!exchange.hasWholeRequest) this.#socket.pause()
    exchange.start()
  }

  /** Whoever hangs up wants no answer: an endpoint that streams must hear of it. */
  readonly #onEnd = (): void => this.#socket.destroySoon()

  write(data: string | Buffer): boolean {
    this.#lastMs = this.#options.now()
    return typeof data === 'string' ? this.#socket.write(data, 'latin1') : this.#socket.write(data)
  }
  cork(): void {
    this.#socket.cork()
  }
  uncork(): void {
    this.#socket.uncork()
  }
  pause(): void {
    this.#socket.pause()
  }
  resume(): void {
    if (this.#later.length === 0) this.#socket.resume()
  }

  finished(keepAlive: boolean): void {
    this.#exchange = undefined
    if (!keepAlive) {
      this.#socket.end()
      // Does not wait for whatever the client still wants to say.
      this.#socket.destroySoon()
      return
    }
    const later = this.#later
    this.#later = NOTHING
    if (this.#socket.isPaused()) this.#socket.resume()
    if (later.length > 0) queueMicrotask(() => this.#onData(later))
  }

  refuse(status: number, text: string): void {
    this.#exchange = undefined
    const reason = STATUS_CODES[status]
    const body = this.#request?.method === 'HEAD' ? '' : `${status} ${reason}: ${text}\n`
    const length = Buffer.byteLength(body)
    this.#socket.write(
      `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
    )
    this.#socket.off('data', this.#onData)
    this.#socket.resume()
    this.#socket.end()
    // A client in the middle of a long body reads the answer first, and has a moment for it.
    this.#lastMs = this.#options.now() - IDLE_MS + 2_000
  }

  abort(): void {
    this.#exchange = undefined
    this.#socket.destroy()
  }

  becomeTunnel({socket: backend}: BackendConnection): void {
    this.#isTunnel = true
    this.#exchange = undefined
    this.#leave()
    const end = (): void => {
      this.#socket.destroy()
      backend.destroy()
    }
    this.#socket.once('close', end)
    backend.once('close', end)
    backend.removeAllListeners('data')
    backend.removeAllListeners('drain')
    if (this.#later.length > 0) backend.write(this.#later)
    this.#socket.pipe(backend)
    backend.pipe(this.#socket)
  }
}
