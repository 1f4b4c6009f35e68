// HTTP/1.1 to a server: over a Unix socket, TLS or plain TCP. Connections are kept and used again.
import type {IncomingMessage, RequestOptions} from 'node:http'
import http from 'node:http'
import type {Duplex} from 'node:stream'
import type {ConnectionOptions} from 'node:tls'
import {ApiError} from '../api/errors.ts'
import type {ApiRequest, ApiResponse, Transport} from '../api/transport.ts'

export interface TlsOptions {
  readonly ca?: string | Buffer | undefined
  readonly cert?: string | Buffer | undefined
  readonly key?: string | Buffer | undefined
  readonly serverName?: string | undefined
  readonly insecure?: boolean | undefined
}

export interface HttpTransportOptions {
  /** A Unix socket's path, or `http(s)://host:port/prefix`. */
  readonly socketPath?: string | undefined
  readonly server?: string | undefined
  readonly tls?: TlsOptions | undefined
  /** Added to every request: `authorization`. A function is asked each time, for tokens that expire. */
  readonly headers?: (() => Record<string, string> | Promise<Record<string, string>>) | undefined
  /** Whoever waits longer for the head of an answer gives up. 0: never. */
  readonly timeoutMs?: number | undefined
  readonly maxConnections?: number | undefined
  /** `http://`, `https://` or `socks5://`: connections go through it. */
  readonly proxy?: string | undefined
}

const bytesOf = (body: ApiRequest['body']): Uint8Array | string | undefined => {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body
  if (Symbol.asyncIterator in body) return undefined
  return JSON.stringify(body)
}

/** Sends the body in pieces as they come, no faster than the connection takes them. */
const pour = async (body: AsyncIterable<Uint8Array>, request: http.ClientRequest): Promise<void> => {
  for await (const chunk of body)
    if (!request.write(chunk)) await new Promise<void>((resolve) => request.once('drain', () => resolve()))
  request.end()
}

export const createHttpTransport = async (options: HttpTransportOptions): Promise<Transport> => {
  const url = options.server === undefined ? undefined : new URL(options.server)
  const secure = url?.protocol === 'https:'
  const client = secure ? (await import('node:https')).default : http
  const agent = new client.Agent({keepAlive: true, maxSockets: options.maxConnections ?? Number.POSITIVE_INFINITY})
  const {proxy} = options
  const prefix = url ? url.pathname.replace(/\/$/, '') : ''
  const {tls} = options
  const target: RequestOptions = {
    agent,
    ...(url
      ? {host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port || (secure ? 443 : 80)}
      : // The empty name keeps Node from working out which server's certificate to expect: there is none.
        {socketPath: options.socketPath, host: 'localhost', servername: ''}),
    ...(secure && tls
      ? {
          ca: tls.ca,
          cert: tls.cert,
          key: tls.key,
          rejectUnauthorized: !tls.insecure,
          ...(tls.serverName ? {servername: tls.serverName} : {}),
        }
      : {}),
  }
  // An HTTP proxy is asked for the whole address of what goes unencrypted; all else goes through a tunnel.
  const relay = proxy !== undefined && url && !secure && /^https?:/.test(proxy) ? new URL(proxy) : undefined
  if (relay) Object.assign(target, {host: relay.hostname, port: relay.port || 80})
  else if (proxy !== undefined && url) {
    const {connectThrough} = await import('./through-proxy.ts')
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const port = Number(url.port || (secure ? 443 : 80))
    const secrets = {...target, servername: tls?.serverName || host} as ConnectionOptions
    agent.createConnection = (_options, done) => {
      connectThrough(proxy, {host, port}, secure ? secrets : undefined).then(
        (socket) => done?.(null, socket),
        (error: Error) => done?.(error, undefined as unknown as Duplex),
      )
      return undefined
    }
  }

  const start = async (request: ApiRequest, extra: RequestOptions = {}): Promise<http.ClientRequest> => {
    const bytes = bytesOf(request.body)
    const headers: Record<string, string> = {...(await options.headers?.())}
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name] = value
    if (bytes !== undefined) headers['content-length'] = String(Buffer.byteLength(bytes))
    const sent = client.request({
      ...target,
      ...extra,
      method: request.method,
      path: (relay ? (url?.origin ?? '') : '') + prefix + request.url,
      headers,
      ...(request.signal ? {signal: request.signal} : {}),
    })
    if (options.timeoutMs)
      sent.setTimeout(options.timeoutMs, () =>
        sent.destroy(new ApiError('Timeout', 'the server did not answer in time')),
      )
    const {body} = request
    if (bytes !== undefined || body === undefined) sent.end(bytes)
    else pour(body as AsyncIterable<Uint8Array>, sent).catch((error: Error) => sent.destroy(error))
    return sent
  }

  return {
    async request(request) {
      const sent = await start(request)
      return new Promise<ApiResponse>((resolve, reject) => {
        sent.once('error', reject)
        sent.once('response', (message: IncomingMessage) => {
          sent.setTimeout(0)
          resolve({status: message.statusCode ?? 500, headers: message.headers, body: message})
        })
      })
    },

    async upgrade(request) {
      const sent = await start(request, proxy === undefined ? {agent: false} : {})
      return new Promise((resolve, reject) => {
        sent.once('error', reject)
        sent.once('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
          if (head.length > 0) socket.unshift(head)
          resolve({headers: message.headers, socket})
        })
        sent.once('response', (message: IncomingMessage) => {
          refused(message).then(reject, reject)
        })
      })
    },

    async [Symbol.asyncDispose]() {
      agent.destroy()
    },
  }
}

/** The server answered instead of switching protocols: what it said is the error. */
const refused = async (message: IncomingMessage): Promise<ApiError> => {
  const {errorOf} = await import('./client.ts')
  const error = await errorOf({status: message.statusCode ?? 500, headers: message.headers, body: message})
  return error ?? new ApiError('', 'the server did not switch protocols', {code: message.statusCode ?? 500})
}
