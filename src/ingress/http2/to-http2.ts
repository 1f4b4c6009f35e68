// A request in HTTP/2 to endpoints that speak HTTP/2 without TLS, such as gRPC's: one session an endpoint, any number of
// requests in it at once.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type {Endpoint} from '../backends.ts'
import type {Choice} from '../choice.ts'
import {endToEnd} from '../headers.ts'
import {sendTrailersOf} from './trailers.ts'

const END_STREAM = constants.NGHTTP2_FLAG_END_STREAM

export interface Http2Request {
  readonly stream: ServerHttp2Stream
  readonly headers: OutgoingHttpHeaders
  readonly choice: Choice
  readonly endsAtOnce: boolean
  readonly refuse: (status: 502, text: string) => void
}

export class Http2Sessions implements Disposable {
  readonly #sessions = new Map<string, ClientHttp2Session>()

  async #open({name, address, port}: Endpoint): Promise<ClientHttp2Session> {
    const known = this.#sessions.get(name)
    if (known && !known.closed && !known.destroyed) return known
    const session = connect(`http://${address.includes(':') ? `[${address}]` : address}:${port}`)
    session.on('error', () => undefined)
    session.once('close', () => {
      if (this.#sessions.get(name) === session) this.#sessions.delete(name)
    })
    await new Promise<void>((resolve, reject) => {
      session.once('connect', () => resolve())
      session.once('error', reject)
    })
    this.#sessions.set(name, session)
    return session
  }

  async pass(request: Http2Request): Promise<void> {
    const {stream, choice, refuse} = request
    try {
      const session = await this.#open(choice.place)
      if (stream.destroyed) choice.release()
      else join(request, session)
    } catch {
      if (!stream.destroyed && choice.next()) return this.pass(request)
      choice.release()
      refuse(502, 'no endpoint took the request')
    }
    return undefined
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions.values()) session.destroy()
  }
}

const join = ({stream, headers, choice, endsAtOnce, refuse}: Http2Request, session: ClientHttp2Session): void => {
  const sent: ClientHttp2Stream = session.request(headers, {endStream: endsAtOnce})
  const keepTrailers = sendTrailersOf(stream)
  let isAnswered = false
  sent.once('response', (answer: IncomingHttpHeaders & {':status'?: number}, flags: number) => {
    isAnswered = true
    if (stream.destroyed) return
    const endStream = (flags & END_STREAM) !== 0
    stream.respond({':status': answer[':status'] ?? 502, ...endToEnd(answer)}, {endStream, waitForTrailers: !endStream})
    if (!endStream) sent.pipe(stream)
  })
  sent.once('trailers', keepTrailers)
  sent.once('error', () => {
    if (isAnswered) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else refuse(502, 'the endpoint closed the connection without an answer')
  })
  sent.once('close', () => {
    choice.release()
    if (sent.rstCode !== constants.NGHTTP2_NO_ERROR && !stream.destroyed) stream.close(sent.rstCode)
  })
  stream.once('close', () => {
    if (!sent.closed) sent.close(stream.rstCode || constants.NGHTTP2_CANCEL)
  })
  if (!endsAtOnce) stream.pipe(sent)
}
