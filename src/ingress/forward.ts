// Requests passed to backends: streamed both ways, upgrades included.
import http, {type IncomingMessage, type ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import type {Backend} from '../api/service-ports.ts'
import {hasCode} from '../lib/node-error.ts'
import type {Backends} from './backends.ts'
import {endToEnd, toBackend} from './headers.ts'
import {findTarget, type RouteTable} from './routes.ts'

export type Scheme = 'http' | 'https'

const CONNECT_MS = 5_000
/** How long a backend may take before it says anything. */
const ANSWER_MS = 60_000
const TIMED_OUT = 'the endpoint did not answer in time'

interface Refusal {
  readonly status: 404 | 502 | 503 | 504
  readonly text: string
}

export interface ForwarderOptions {
  readonly table: () => RouteTable
  readonly backends: Backends
}

const hostOf = ({headers}: IncomingMessage): string => {
  const host = headers.host ?? ''
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d+$/, '')
}

export class Forwarder implements Disposable {
  readonly #options: ForwarderOptions
  readonly #agent = new http.Agent({keepAlive: true, keepAliveMsecs: 10_000, maxFreeSockets: 256})

  constructor(options: ForwarderOptions) {
    this.#options = options
  }

  request(request: IncomingMessage, response: ServerResponse, scheme: Scheme): void {
    const candidates = this.#candidates(request)
    if ('status' in candidates) refuse(response, candidates)
    else this.#attempt({request, response, scheme, candidates}, 0)
  }

  upgrade(request: IncomingMessage, client: Duplex, head: Buffer, scheme: Scheme): void {
    client.on('error', () => client.destroy())
    const candidates = this.#candidates(request)
    const [backend] = 'status' in candidates ? [] : candidates
    if (!backend) {
      const status = 'status' in candidates ? candidates.status : 502
      client.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
      return
    }
    const sent = this.#start(request, backend, scheme, true)
    sent.once('upgrade', (answer, server, serverHead) => {
      client.write(headLines(answer))
      if (serverHead.length > 0) client.write(serverHead)
      if (head.length > 0) server.write(head)
      sent.setTimeout(0)
      server.on('error', () => client.destroy())
      client.once('close', () => server.destroy())
      server.once('close', () => client.destroy())
      server.pipe(client).pipe(server)
    })
    sent.once('response', (answer) => {
      client.write(headLines(answer))
      answer.pipe(client)
    })
    sent.once('error', () => client.destroy())
    client.once('close', () => sent.destroy())
    sent.end()
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #candidates(request: IncomingMessage): readonly Backend[] | Refusal {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const target = findTarget(this.#options.table(), hostOf(request), path)
    if (!target) return {status: 404, text: 'no Ingress has a rule for this host and path'}
    const found = this.#options.backends.of(target)
    if (!found) return {status: 503, text: `service "${target.service}" has no port ${target.port}, or does not exist`}
    return found.length > 0 ? found : {status: 503, text: `service "${target.service}" has no ready endpoint`}
  }

  #start(request: IncomingMessage, backend: Backend, scheme: Scheme, isUpgrade: boolean): http.ClientRequest {
    const release = this.#options.backends.busy(backend)
    const sent = http.request({
      agent: isUpgrade ? false : this.#agent,
      host: backend.address,
      port: backend.port,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: toBackend(request, scheme, isUpgrade),
      timeout: CONNECT_MS,
    })
    sent.once('close', release)
    sent.once('timeout', () => sent.destroy(new Error(TIMED_OUT)))
    whenConnected(sent, () => sent.setTimeout(ANSWER_MS))
    return sent
  }

  #attempt(call: Call, at: number): void {
    const {request, response, scheme, candidates} = call
    const backend = candidates[at]
    if (!backend) {
      refuse(response, {status: 502, text: 'no endpoint took the request'})
      return
    }
    const sent = this.#start(request, backend, scheme, false)
    let answered = false
    sent.once('response', (answer) => {
      answered = true
      sent.setTimeout(0)
      passBack(answer, response)
    })
    sent.once('error', (error) => {
      if (answered || response.destroyed) response.destroy()
      // Nothing was taken from the request yet: the next endpoint may have it.
      else if (hasCode(error, 'ECONNREFUSED', 'EHOSTUNREACH')) this.#attempt(call, at + 1)
      else refuse(response, {status: error.message === TIMED_OUT ? 504 : 502, text: error.message})
    })
    response.once('close', () => {
      if (!response.writableFinished) sent.destroy()
    })
    whenConnected(sent, () => request.pipe(sent))
  }
}

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly scheme: Scheme
  readonly candidates: readonly Backend[]
}

/** Calls when somebody took the connection: at once for one that is kept from before. */
const whenConnected = (sent: http.ClientRequest, call: () => void): void => {
  sent.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', call)
    else call()
  })
}

const passBack = (answer: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.headers))
  answer.once('error', () => response.destroy())
  answer.on('data', (chunk: Buffer) => {
    if (response.write(chunk)) return
    answer.pause()
    response.once('drain', () => answer.resume())
  })
  answer.once('end', () => {
    // gRPC says how a call went in trailers.
    if (Object.keys(answer.trailers).length > 0)
      response.addTrailers(endToEnd(answer.trailers) as Record<string, string>)
    response.end()
  })
}

const headLines = ({statusCode, statusMessage, rawHeaders}: IncomingMessage): string => {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`]
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

const refuse = (response: ServerResponse, {status, text}: Refusal): void => {
  if (response.headersSent) response.destroy()
  else
    response
      .writeHead(status, {'content-type': 'text/plain; charset=utf-8'})
      .end(`${status} ${http.STATUS_CODES[status]}: ${text}\n`)
}
