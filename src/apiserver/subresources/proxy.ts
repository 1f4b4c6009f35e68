// proxy: requests to pods, services and nodes, passed on as they came.
import {type ClientRequest, request as httpRequest, type IncomingMessage} from 'node:http'
import {request as httpsRequest, type RequestOptions} from 'node:https'
import type {Duplex} from 'node:stream'
import {ApiError} from '../../api/errors.ts'
import type {Kind} from '../../api/kind.ts'
import type {DeepReadonly, KubeObject} from '../../api/object.ts'
import {endpointSlices} from '../../api/resources.ts'
import type {EndpointSlice, Pod, Service} from '../../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, Transport} from '../../api/transport.ts'
import type {Backend} from '../backend.ts'
import {badRequest} from '../errors.ts'
import {existing} from '../handlers/get.ts'
import {listPrefix} from '../registry/keys.ts'
import type {Call} from '../request/call.ts'
import {admitConnect} from './connect.ts'
import type {SubresourceHandler} from './index.ts'
import {type Connection, kubeletOf} from './kubelet.ts'

interface Target {
  readonly scheme: string
  readonly name: string
  readonly port: string
}

/** `name`, `name:port` or `scheme:name:port`. */
const targetOf = (text: string): Target => {
  const parts = text.split(':')
  const [first = '', second = '', third = ''] = parts
  if (parts.length === 1) return {scheme: 'http', name: first, port: ''}
  if (parts.length === 2) return {scheme: 'http', name: first, port: second}
  if (parts.length > 3 || !['', 'http', 'https'].includes(first))
    throw badRequest(`invalid proxy target ${JSON.stringify(text)}`)
  return {scheme: first || 'http', name: second, port: third}
}

const read = <T>(backend: Backend, call: Call, kind: Kind, name: string): DeepReadonly<T & KubeObject> =>
  backend.objects.object(
    kind,
    existing(backend, kind, kind.resource.namespaced ? call.info.namespace : '', name),
  ) as unknown as DeepReadonly<T & KubeObject>

interface Address {
  readonly scheme: string
  readonly host: string
  readonly port: number
}

const podAddress = (pod: DeepReadonly<Pod>, {scheme, port}: Target): Address => {
  const host = pod.status?.podIP ?? ''
  if (host === '') throw new ApiError('', 'address not allowed', {code: 400})
  const ports = (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? [])
  const number = port === '' ? (ports[0]?.containerPort ?? 80) : Number(port)
  const named = Number.isNaN(number) ? ports.find(({name}) => name === port)?.containerPort : number
  if (named === undefined) throw badRequest(`invalid port ${JSON.stringify(port)}`)
  return {scheme, host, port: named}
}

const noEndpoints = (name: string): ApiError =>
  new ApiError('ServiceUnavailable', `no endpoints available for service ${JSON.stringify(name)}`)

const serviceAddress = (
  backend: Backend,
  service: DeepReadonly<Service & KubeObject>,
  {scheme, name, port}: Target,
): Address => {
  const ports = service.spec?.ports ?? []
  const chosen =
    port === ''
      ? ports.length === 1
        ? ports[0]
        : undefined
      : ports.find((candidate) => candidate.name === port || String(candidate.port) === port)
  if (!chosen)
    throw new ApiError(
      'ServiceUnavailable',
      `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(name)}`,
    )
  const prefix = listPrefix(endpointSlices, service.metadata?.namespace ?? '')
  for (const entry of backend.store.list(prefix).entries) {
    const slice = backend.objects.stored(entry) as unknown as DeepReadonly<EndpointSlice & KubeObject>
    if (slice.metadata?.labels?.['kubernetes.io/service-name'] !== name) continue
    const number = (slice.ports ?? []).find((candidate) => (candidate.name ?? '') === (chosen.name ?? ''))?.port
    const ready = (slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false)
    const host = ready[Math.floor(backend.random.next() * ready.length)]?.addresses?.[0]
    if (host !== undefined && number !== undefined) return {scheme, host, port: number}
  }
  throw noEndpoints(name)
}

/** Headers that are about one hop only, or about who the caller is to this server. */
const ownHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const passedHeaders = (headers: ApiRequest['headers'], isUpgrade: boolean): Record<string, string> => {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (
      value !== undefined &&
      !name.startsWith('impersonate-') &&
      (!ownHeaders.has(name) || (isUpgrade && (name === 'connection' || name === 'upgrade')))
    )
      passed[name] = value
  return passed
}

const unreachable = (error: Error): ApiError =>
  new ApiError('ServiceUnavailable', `error trying to reach service: ${error.message}`, {cause: error})

const CONNECT_MS = 10_000

/** Who does not talk TLS, or is not there at all, may keep silent for ever; once connected an answer may take its time. */
const limitConnecting = (sent: ClientRequest, scheme: string): void => {
  const what = scheme === 'https' ? 'net/http: TLS handshake timeout' : 'dial tcp: i/o timeout'
  sent.setTimeout(CONNECT_MS, () => sent.destroy(new Error(what)))
  sent.once('socket', (socket) => {
    socket.once(scheme === 'https' ? 'secureConnect' : 'connect', () => sent.setTimeout(0))
  })
}

/** Plain HTTP to an address, as a transport. */
const addressTransport = ({scheme, host, port}: Address): Transport => {
  const start = (request: ApiRequest, isUpgrade: boolean) => {
    const options: RequestOptions = {
      host,
      port,
      path: request.url,
      method: request.method,
      headers: passedHeaders(request.headers, isUpgrade),
      rejectUnauthorized: false,
      ...(request.signal ? {signal: request.signal} : {}),
    }
    const sent = scheme === 'https' ? httpsRequest(options) : httpRequest(options)
    limitConnecting(sent, scheme)
    return sent
  }
  return {
    async request(request) {
      const sent = start(request, false)
      return new Promise<ApiResponse>((resolve, reject) => {
        sent.once('error', (error) => reject(unreachable(error)))
        sent.once('response', (message: IncomingMessage) =>
          resolve({status: message.statusCode ?? 502, headers: message.headers, body: message}),
        )
        pour(request, sent).catch((error: Error) => sent.destroy(error))
      })
    },
    async upgrade(request) {
      const sent = start(request, true)
      return new Promise((resolve, reject) => {
        sent.once('error', (error) => reject(unreachable(error)))
        sent.once('response', (message) => {
          message.resume()
          reject(new ApiError('', 'the other side did not switch protocols', {code: message.statusCode ?? 502}))
        })
        sent.once('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
          if (head.length > 0) socket.unshift(head)
          resolve({headers: message.headers, socket})
        })
        sent.end()
      })
    },
    async [Symbol.asyncDispose]() {
      // Every request has a connection of its own.
    },
  }
}

const pour = async ({body}: ApiRequest, sent: ReturnType<typeof httpRequest>): Promise<void> => {
  if (body === undefined) sent.end()
  else if (typeof body === 'string' || body instanceof Uint8Array) sent.end(body)
  else if (Symbol.asyncIterator in body) {
    for await (const chunk of body as AsyncIterable<Uint8Array>)
      if (!sent.write(chunk)) await new Promise<void>((resolve) => sent.once('drain', () => resolve()))
    sent.end()
  } else sent.end(JSON.stringify(body))
}

const restOf = (call: Call): string => {
  const [rawPath = '', query] = splitOnce(call.request.url, '?')
  const mark = '/proxy'
  const at = rawPath.indexOf(mark, rawPath.indexOf(`/${call.info.plural}/`))
  const rest = rawPath.slice(at + mark.length)
  return `${rest === '' ? '/' : rest}${query === undefined ? '' : `?${query}`}`
}

const splitOnce = (text: string, mark: string): readonly [string, string | undefined] => {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

export const proxyConnection = async (backend: Backend, call: Call, kind: Kind): Promise<Connection> => {
  const target = targetOf(call.info.name)
  const url = restOf(call)
  switch (kind.resource.plural) {
    case 'nodes': {
      read(backend, call, kind, target.name)
      return {transport: await kubeletOf(backend, target.name), url}
    }
    case 'pods':
      return {transport: addressTransport(podAddress(read<Pod>(backend, call, kind, target.name), target)), url}
    default:
      return {
        transport: addressTransport(serviceAddress(backend, read<Service>(backend, call, kind, target.name), target)),
        url,
      }
  }
}

/** Pages with relative links need the slash at the end. */
const redirect = (call: Call): ApiResponse => {
  const [path, query] = splitOnce(call.request.url, '?')
  const location = `${path}/${query === undefined ? '' : `?${query}`}`
  return {status: 301, headers: {location}, body: Buffer.alloc(0)}
}

export const proxy: SubresourceHandler = async (backend, call, kind) => {
  await admitConnect(backend, call, kind)
  const connection = await proxyConnection(backend, call, kind)
  const [path] = splitOnce(call.request.url, '?')
  const {method} = call.request
  if (path.endsWith('/proxy') && (method === 'GET' || method === 'HEAD')) return {type: 'raw', response: redirect(call)}
  const {transport, url} = connection
  const response = await transport.request({...call.request, url, headers: passedHeaders(call.request.headers, false)})
  const {'transfer-encoding': _encoding, connection: _connection, 'keep-alive': _keep, ...headers} = response.headers
  return {type: 'raw', response: {...response, headers}}
}
