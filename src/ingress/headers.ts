// What a message says about one connection stays behind; what a backend should know of the client is added.
import {headerOf, type RequestHead, type ResponseHead} from './http1/head.ts'

export type Scheme = 'http' | 'https'

/** Who asked, and where. */
export interface Client {
  readonly address: string
  readonly port: number
  readonly scheme: Scheme
}

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'http2-settings',
])

const OURS = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip'])

const framingLines = ({framing}: RequestHead | ResponseHead): string => {
  if (framing.kind === 'length') return `Content-Length: ${framing.bytes}\r\n`
  return framing.kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : ''
}

/** Names and values a backend learns about the client. */
export const forwardedFor = (
  host: string,
  before: string | undefined,
  {address, port, scheme}: Client,
): readonly (readonly [string, string])[] => [
  ['X-Forwarded-For', before ? `${before}, ${address}` : address],
  ['X-Forwarded-Proto', scheme],
  ['X-Forwarded-Host', host],
  ['X-Forwarded-Port', String(port)],
  ['X-Real-IP', address],
]

export const requestText = (head: RequestHead, client: Client): string => {
  const {method, target, headers, host, connection, upgrade} = head
  let text = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n`
  for (const {name, key, value} of headers)
    if (key !== 'host' && !HOP_BY_HOP.has(key) && !OURS.has(key) && !connection.has(key))
      text += `${name}: ${value}\r\n`
  for (const [name, value] of forwardedFor(host, headerOf(headers, 'x-forwarded-for'), client))
    text += `${name}: ${value}\r\n`
  if (headerOf(headers, 'x-request-id') === undefined) text += `X-Request-ID: ${crypto.randomUUID()}\r\n`
  if (/\btrailers\b/i.test(headerOf(headers, 'te') ?? '')) text += 'TE: trailers\r\n'
  text += framingLines(head)
  return upgrade === undefined ? `${text}\r\n` : `${text}Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`
}

export interface ResponseTextOptions {
  readonly keepAlive: boolean
  /** The client is too old for chunks: the end of the connection is the end of the body. */
  readonly withoutChunks: boolean
  readonly isAnswerToHead: boolean
}

export const responseText = (head: ResponseHead, options: ResponseTextOptions): string => {
  const {status, reason, headers, connection, upgrade} = head
  let text = `HTTP/1.1 ${status} ${reason}\r\n`
  for (const {name, key, value} of headers)
    if (!HOP_BY_HOP.has(key) && !connection.has(key)) text += `${name}: ${value}\r\n`
    // What a GET would have is said to who asks for the head only.
    else if (key === 'content-length' && (options.isAnswerToHead || status === 304)) text += `${name}: ${value}\r\n`
  if (!(options.withoutChunks && head.framing.kind === 'chunked')) text += framingLines(head)
  if (status === 101) return `${text}Connection: Upgrade\r\nUpgrade: ${upgrade ?? ''}\r\n\r\n`
  if (status < 200) return `${text}\r\n`
  return `${text}Connection: ${options.keepAlive ? 'keep-alive' : 'close'}\r\n\r\n`
}

/** Headers of HTTP/2 and of Node's own HTTP/1, both ways. */
export const endToEnd = <Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> => {
  const more = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  )
  const left: Record<string, Value> = {}
  for (const [name, value] of Object.entries(headers))
    if (!name.startsWith(':') && (!HOP_BY_HOP.has(name) || name === 'content-length') && !more.has(name))
      left[name] = value
  return left
}
