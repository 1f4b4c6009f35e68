// HTTP/1.1 in front of the door: one node:http server for the Unix socket, one for TLS.
import type {IncomingMessage, Server, ServerResponse} from 'node:http'
import {createServer} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import type {ApiRequest, ApiResponse} from '../../api/transport.ts'
import {WatchBody} from '../respond/watch-response.ts'
import {compressed} from './compress.ts'

export type RequestHandler = (request: ApiRequest, message: IncomingMessage) => Promise<ApiResponse>

/** How long a client may take for the head of a request, and for all of it. Watches and logs are answers: no limit. */
const limits = {headersTimeout: 20_000, requestTimeout: 60_000, keepAliveTimeout: 90_000, maxHeaderSize: 64 * 1024}

/** Bytes waiting in one connection before a watcher is cut off. */
const slowWatcherBytes = 16 * 1024 * 1024

export const toRequest = (message: IncomingMessage, signal?: AbortSignal): ApiRequest => {
  const {method = 'GET', url = '/'} = message
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  const hasBody = message.headers['content-length'] !== undefined || message.headers['transfer-encoding'] !== undefined
  return {method, url, headers, ...(signal ? {signal} : {}), ...(hasBody ? {body: message} : {})}
}

const titles = new Map<string, string>()

/** `content-type` is written `Content-Type`. */
const titled = (name: string): string => {
  let title = titles.get(name)
  if (!title) titles.set(name, (title = name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())))
  return title
}

const writeHead = (response: ServerResponse, answer: ApiResponse, length?: number): void => {
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) response.setHeader(titled(name), value as string | string[])
  if (length !== undefined) response.setHeader('content-length', length)
  response.statusCode = answer.status
}

const chunks = new WeakMap<Uint8Array, Buffer>()
const chunkEnd = Buffer.from('\r\n')

/** A line as a chunk of HTTP/1.1: made once for all connections that get it. */
const chunkOf = (line: Uint8Array): Buffer => {
  let chunk = chunks.get(line)
  if (!chunk) {
    chunk = Buffer.concat([Buffer.from(`${line.length.toString(16)}\r\n`), line, chunkEnd])
    chunks.set(line, chunk)
  }
  return chunk
}

/** Lines go to the socket as they are: with a thousand watchers the usual way would take thrice the writes. */
const sendWatch = (response: ServerResponse, body: WatchBody): void => {
  response.flushHeaders()
  const {socket} = response
  const direct = response.chunkedEncoding && socket ? socket : undefined
  const stop = body.push({
    line: (bytes) => {
      if (direct) direct.write(chunkOf(bytes))
      else response.write(bytes)
      if ((direct ?? response).writableLength > slowWatcherBytes) response.destroy()
    },
    end: () => response.end(),
  })
  response.once('close', stop)
}

const sendStream = async (response: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void> => {
  response.flushHeaders()
  for await (const chunk of body) {
    if (response.destroyed) return
    if (!response.write(chunk)) await drained(response)
  }
  response.end()
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })

const send = async (message: IncomingMessage, response: ServerResponse, answer: ApiResponse): Promise<void> => {
  const {body} = answer
  if (body instanceof WatchBody) {
    writeHead(response, answer)
    sendWatch(response, body)
    return
  }
  if (!(body instanceof Uint8Array)) {
    writeHead(response, answer)
    await sendStream(response, body)
    return
  }
  const packed = compressed(message.headers['accept-encoding'], answer, body)
  if (packed) {
    const bytes = await packed
    response.setHeader('content-encoding', 'gzip')
    response.setHeader('vary', 'Accept-Encoding')
    writeHead(response, answer, bytes.length)
    response.end(bytes)
    return
  }
  writeHead(response, answer, body.length)
  if (message.method === 'HEAD') response.end()
  else if (body.length > largeBytes) await sendStream(response, slices(body))
  else response.end(body)
}

/** TLS copies what it is given together with the head, and encrypts it all before it sends any: large bodies go in turns. */
const largeBytes = 512 * 1024
const sliceBytes = 256 * 1024

async function* slices(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += sliceBytes) yield body.subarray(at, at + sliceBytes)
}

export const httpServer = (handle: RequestHandler, onError: (error: unknown) => void): Server => {
  const server = createServer({...limits, noDelay: true}, listener(handle, onError))
  server.on('clientError', refuse)
  return server
}

export const httpsServer = (
  tls: {readonly cert: string; readonly key: string; readonly ca: string},
  handle: RequestHandler,
  onError: (error: unknown) => void,
): Server => {
  const server = createTlsServer(
    {...limits, ...tls, noDelay: true, requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['http/1.1']},
    listener(handle, onError),
  )
  server.on('clientError', refuse)
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  return server
}

const clientGone = new DOMException('This operation was aborted', 'AbortError')

export const listener =
  (handle: RequestHandler, onError: (error: unknown) => void) =>
  (message: IncomingMessage, response: ServerResponse): void => {
    const abort = new AbortController()
    // An answer that went out whole leaves nothing to stop; an error is not made for each request either.
    response.once('close', () => {
      if (!response.writableFinished) abort.abort(clientGone)
    })
    response.on('error', () => abort.abort(clientGone))
    serve(handle, message, response, abort.signal).catch((error: unknown) => {
      if (!response.destroyed && !message.destroyed) onError(error)
      response.destroy()
    })
  }

const serve = async (
  handle: RequestHandler,
  message: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> => {
  const answer = await handle(toRequest(message, signal), message)
  if (response.destroyed) return
  // What was not read of a refused body is not waited for.
  if (!message.complete && answer.status >= 400) response.setHeader('connection', 'close')
  await send(message, response, answer)
}

interface ClientError extends Error {
  readonly code?: string
}

export const refuse = (error: ClientError, socket: import('node:stream').Duplex): void => {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${status}`)
}
