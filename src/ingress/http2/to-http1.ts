// A request that came in HTTP/2 to endpoints that speak HTTP/1.
import http from 'node:http'
import {constants, type OutgoingHttpHeaders, type ServerHttp2Stream} from 'node:http2'
import https from 'node:https'
import {hasCode} from '../../lib/node-error.ts'
import type {Choice} from '../choice.ts'
import {endToEnd} from '../headers.ts'
import {sendTrailersOf} from './trailers.ts'

const ANSWER_MS = 60_000

export interface Http1Request {
  readonly stream: ServerHttp2Stream
  readonly method: string
  readonly path: string
  readonly headers: OutgoingHttpHeaders
  readonly choice: Choice
  readonly isTls: boolean
  readonly refuse: (status: 502 | 504, text: string) => void
}

const idle = {keepAlive: true, keepAliveMsecs: 4_000, maxFreeSockets: 128, timeout: 4_000}

export class Http1Agents implements Disposable {
  readonly #plain = new http.Agent(idle)
  readonly #tls = new https.Agent({...idle, rejectUnauthorized: false})

  pass(request: Http1Request): void {
    const {stream, method, path, headers, choice, isTls, refuse} = request
    const where = {host: choice.place.address, port: choice.place.port, method, path, headers}
    const sent = isTls ? https.request({...where, agent: this.#tls}) : http.request({...where, agent: this.#plain})
    sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error('timeout')))
    let isAnswered = false
    sent.once('response', (answer) => {
      isAnswered = true
      sent.setTimeout(0)
      passBack(answer, stream)
    })
    sent.once('error', (error) => {
      if (isAnswered) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      else if (hasCode(error, 'ECONNREFUSED', 'EHOSTUNREACH') && choice.next()) this.pass(request)
      else refuse(error.message === 'timeout' ? 504 : 502, 'no endpoint took the request')
    })
    sent.once('close', () => {
      if (isAnswered || stream.destroyed) choice.release()
    })
    stream.once('close', () => sent.destroy())
    // Nothing is taken from the client before somebody is there to have it: another endpoint may need it whole.
    sent.once('socket', (socket) => {
      const begin = (): void => void stream.pipe(sent)
      if (socket.connecting) socket.once(isTls ? 'secureConnect' : 'connect', begin)
      else begin()
    })
  }

  [Symbol.dispose](): void {
    this.#plain.destroy()
    this.#tls.destroy()
  }
}

const passBack = (answer: http.IncomingMessage, stream: ServerHttp2Stream): void => {
  if (stream.destroyed) {
    answer.destroy()
    return
  }
  const keepTrailers = sendTrailersOf(stream)
  stream.respond({':status': answer.statusCode ?? 502, ...endToEnd(answer.headers)}, {waitForTrailers: true})
  answer.once('end', () => keepTrailers(answer.trailers))
  answer.once('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
  answer.pipe(stream)
}
