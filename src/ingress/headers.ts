// What a request or an answer says about one connection stays behind; what a backend should know of the client is added.
import type {IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders} from 'node:http'

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
])

const named = (connection: string | undefined): ReadonlySet<string> =>
  new Set((connection ?? '').toLowerCase().split(/\s*,\s*/))

export const endToEnd = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => {
  const left: OutgoingHttpHeaders = {}
  const more = named(headers.connection)
  for (const [name, value] of Object.entries(headers)) if (!HOP_BY_HOP.has(name) && !more.has(name)) left[name] = value
  return left
}

export const toBackend = (
  request: IncomingMessage,
  scheme: 'http' | 'https',
  isUpgrade: boolean,
): OutgoingHttpHeaders => {
  const {headers: asked, socket} = request
  const headers = endToEnd(asked)
  const client = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
  const before = asked['x-forwarded-for']
  headers['x-forwarded-for'] = before ? `${before}, ${client}` : client
  headers['x-real-ip'] = client
  headers['x-forwarded-proto'] = scheme
  headers['x-forwarded-host'] = asked.host
  headers['x-forwarded-port'] = String(socket.localPort ?? '')
  headers['x-request-id'] ??= crypto.randomUUID()
  if (named(String(asked.te ?? '')).has('trailers')) headers.te = 'trailers'
  if (isUpgrade) {
    headers.connection = 'Upgrade'
    headers.upgrade = asked.upgrade
  }
  return headers
}
