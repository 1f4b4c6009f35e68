// One HTTP/1 request on its way to a backend and the answer on its way back. Bytes pass as they come; each side is
// asked to wait while the other is slow. Only what was not yet taken by anybody is given to the next endpoint.
import {hasCode} from '../../lib/node-error.ts'
import type {Choice} from '../choice.ts'
import {type Client, requestText, responseText} from '../headers.ts'
import type {BackendConnection, BackendPool, BackendUser} from './backend-pool.ts'
import {type Body, bodyOf} from './body.ts'
import {keepsAlive, type RequestHead, type ResponseHead, readResponseHead} from './head.ts'
import {HeadBuffer} from './head-buffer.ts'

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])
/** Short bodies are joined with their head: one write instead of two. */
const SHORT = 4_096

/** The side of whoever asked. */
export interface ClientSide {
  readonly client: Client
  /** False: wait for `onClientDrain`. */
  write(data: string | Buffer): boolean
  cork(): void
  uncork(): void
  pause(): void
  resume(): void
  /** The answer is complete. */
  finished(keepAlive: boolean): void
  refuse(status: 502 | 504, text: string): void
  /** The answer cannot be completed. */
  abort(): void
  /** From now on it is a plain connection. */
  becomeTunnel(backend: BackendConnection): void
}

export class Exchange implements BackendUser {
  readonly #head: RequestHead
  readonly #side: ClientSide
  readonly #choice: Choice
  readonly #isTls: boolean
  readonly #pool: BackendPool
  readonly #body: Body
  #backend: BackendConnection | undefined
  /** Body that came before there was a connection. */
  #early: Buffer[] = []
  #sentBody = false
  #answer: ResponseHead | undefined
  #answerBody: Body | undefined
  #answerHead = new HeadBuffer()
  #isOver = false

  constructor(options: {
    readonly head: RequestHead
    readonly side: ClientSide
    readonly choice: Choice
    readonly isTls: boolean
    readonly pool: BackendPool
  }) {
    this.#head = options.head
    this.#side = options.side
    this.#choice = options.choice
    this.#isTls = options.isTls
    this.#pool = options.pool
    this.#body = bodyOf(options.head.framing)
  }

  get isAnswered(): boolean {
    return this.#answer !== undefined
  }

  get hasWholeRequest(): boolean {
    return this.#body.isDone
  }

  start(): void {
    const {address, port} = this.#choice.place
    const place = {address, port, isTls: this.#isTls}
    const kept = this.#pool.take(place)
    if (kept) this.#use(kept)
    else
      this.#pool.connect(place).then(
        (connection) => this.#use(connection),
        (error) => this.#notConnected(error),
      )
  }

  /** Bytes of the client's; gives how many of them were of this request. */
  onClientData(bytes: Buffer, from: number): number {
    const count = this.#body.take(bytes, from)
    if (count === 0) return 0
    const part = from === 0 && count === bytes.length ? bytes : bytes.subarray(from, from + count)
    if (!this.#backend) this.#early.push(part)
    else {
      this.#sentBody = true
      if (!this.#backend.socket.write(part)) this.#side.pause()
    }
    return count
  }

  onClientDrain(): void {
    this.#backend?.socket.resume()
  }

  /** The client went away, or time is up. */
  cancel(): void {
    this.#isOver = true
    this.#choice.release()
    this.#backend?.socket.destroy()
  }

  onTimeout(): void {
    if (this.isAnswered) this.#side.abort()
    else this.#side.refuse(504, 'the endpoint did not answer in time')
    this.cancel()
  }

  #use(connection: BackendConnection): void {
    if (this.#isOver) {
      this.#pool.give(connection)
      return
    }
    this.#backend = connection
    connection.user = this
    const {socket} = connection
    socket.cork()
    socket.write(requestText(this.#head, this.#side.client), 'latin1')
    for (const part of this.#early) {
      this.#sentBody = true
      socket.write(part)
    }
    this.#early = []
    socket.uncork()
    if (!this.#body.isDone) this.#side.resume()
  }

  #notConnected(error: Error): void {
    if (this.#isOver) return
    if (this.#choice.next()) this.start()
    else {
      this.cancel()
      const isLate = !hasCode(error, 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH')
      this.#side.refuse(isLate ? 504 : 502, 'no endpoint took the request')
    }
  }

  onBackendDrain(): void {
    this.#side.resume()
  }

  onBackendData(bytes: Buffer): void {
    if (this.#isOver) return
    try {
      this.#takeAnswer(bytes)
    } catch (error) {
      this.cancel()
      if (this.isAnswered) this.#side.abort()
      else this.#side.refuse(502, `the endpoint's answer cannot be understood: ${(error as Error).message}`)
    }
  }

  #takeAnswer(bytes: Buffer): void {
    let rest = bytes
    while (!this.#answer) {
      const found = this.#answerHead.push(rest)
      if (!found) return
      rest = found.rest
      const head = readResponseHead(found.text, this.#head.method)
      if (head.status === 101) {
        this.#becomeTunnel(head, rest)
        return
      }
      // 100 Continue, 103 Early Hints: the answer itself follows.
      if (head.status < 200) {
        if (this.#head.minor > 0) this.#side.write(this.#answerText(head, true))
      } else {
        this.#answer = head
        this.#answerBody = bodyOf(head.framing)
        this.#passFirst(head, rest)
        return
      }
    }
    this.#passBody(rest)
  }

  #answerText(head: ResponseHead, keepAlive: boolean): string {
    const {minor, method} = this.#head
    return responseText(head, {keepAlive, withoutChunks: minor === 0, isAnswerToHead: method === 'HEAD'})
  }

  #passFirst(head: ResponseHead, rest: Buffer): void {
    const text = this.#answerText(head, this.#keepsClient)
    if (rest.length === 0) {
      this.#side.write(text)
      this.#endIfDone()
    } else if (rest.length <= SHORT && !this.#isDechunked) {
      const count = this.#answerBody?.take(rest, 0) ?? 0
      this.#side.write(text + rest.toString('latin1', 0, count))
      this.#endIfDone(rest.length > count)
    } else {
      this.#side.cork()
      this.#side.write(text)
      this.#passBody(rest)
      this.#side.uncork()
    }
  }

  #passBody(bytes: Buffer): void {
    const body = this.#answerBody
    if (!body) return
    let isTaken = true
    const write = (data: Buffer): void => {
      isTaken = this.#side.write(data)
    }
    const count = this.#isDechunked ? body.take(bytes, 0, write) : body.take(bytes, 0)
    if (!this.#isDechunked && count > 0) write(count === bytes.length ? bytes : bytes.subarray(0, count))
    if (!isTaken && !body.isDone) this.#backend?.socket.pause()
    this.#endIfDone(bytes.length > count)
  }

  get #isDechunked(): boolean {
    return this.#head.minor === 0 && this.#answer?.framing.kind === 'chunked'
  }

  /** With half a request still to come the connection cannot be used for another one. */
  get #keepsClient(): boolean {
    const isEndless = this.#answer?.framing.kind === 'close' || this.#isDechunked
    return keepsAlive(this.#head) && this.#body.isDone && !isEndless
  }

  #endIfDone(isMore = false): void {
    if (!this.#answerBody?.isDone || !this.#answer || this.#isOver) return
    const keepsClient = this.#keepsClient
    this.#isOver = true
    this.#choice.release()
    const backend = this.#backend
    if (backend && !isMore && keepsAlive(this.#answer) && this.#body.isDone) this.#pool.give(backend)
    else backend?.socket.destroy()
    this.#side.finished(keepsClient)
  }

  #becomeTunnel(head: ResponseHead, rest: Buffer): void {
    const backend = this.#backend
    if (!backend) return
    this.#isOver = true
    backend.user = undefined
    backend.socket.once('close', () => this.#choice.release())
    this.#side.write(this.#answerText(head, true))
    if (rest.length > 0) this.#side.write(rest)
    this.#side.becomeTunnel(backend)
  }

  onBackendEnd(): void {
    if (this.#isOver) return
    const connection = this.#backend
    this.#backend = undefined
    if (this.#answer?.framing.kind === 'close') {
      this.#isOver = true
      this.#choice.release()
      this.#side.finished(false)
    } else if (this.isAnswered) {
      this.cancel()
      this.#side.abort()
    } else if (connection && !connection.isFresh && !this.#sentBody && IDEMPOTENT.has(this.#head.method)) this.start()
    else {
      this.cancel()
      this.#side.refuse(502, 'the endpoint closed the connection without an answer')
    }
  }
}
