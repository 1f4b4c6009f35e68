// One request through the proxy to the API server, and its answer back.
import type {IncomingHttpHeaders, IncomingMessage, ServerResponse} from 'node:http'
import type {Duplex} from 'node:stream'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import type {ApiClient} from '../../client/contract.ts'

/** These belong to one connection, not to the request. */
const ownOfConnection = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const passed = <T>(headers: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || ownOfConnection.has(name) ? [] : [[name, value]],
    ),
  )

const joined = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(passed(headers)).map(([name, value]) => [name, String(value)]))

export const passOn = async (
  client: ApiClient,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const {method = 'GET', headers} = request
  const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const answer = await client.raw({
    method,
    url,
    headers: joined(headers),
    ...(hasBody ? {body: request as AsyncIterable<Uint8Array>} : {}),
    signal: gone.signal,
  })
  response.writeHead(answer.status, passed(answer.headers) as Record<string, string | string[]>)
  response.flushHeaders()
  if (answer.body instanceof Uint8Array) response.end(answer.body)
  else await pipeline(Readable.from(answer.body), response)
}

export const passOnUpgrade = async (
  client: ApiClient,
  url: string,
  request: IncomingMessage,
  local: Duplex,
): Promise<void> => {
  const {method = 'GET', headers} = request
  const {headers: agreed, socket} = await client.stream({
    method,
    url,
    headers: {...joined(headers), connection: 'Upgrade', upgrade: headers.upgrade},
  })
  const lines = Object.entries(agreed).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  local.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
  socket.on('error', () => local.destroy())
  local.on('close', () => socket.destroy())
  socket.pipe(local)
  local.pipe(socket)
}
