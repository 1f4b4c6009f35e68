// Requests that turn a connection into another protocol: the node (or pod, or service) is asked for the same, and from
// then on the server only carries bytes.
import type {Duplex} from 'node:stream'
import {ApiError} from '../api/errors.ts'
import type {Kind} from '../api/kind.ts'
import type {ApiResponse} from '../api/transport.ts'
import type {Backend} from './backend.ts'
import {type Arrival, admit} from './door.ts'
import {badRequest, methodNotAllowed, noSuchPath} from './errors.ts'
import type {Call} from './request/call.ts'
import {requestInfo} from './request/info.ts'
import {admitConnect} from './subresources/connect.ts'
import {type Connection, podConnectors} from './subresources/kubelet.ts'
import {proxyConnection} from './subresources/proxy.ts'

export interface Upgraded {
  readonly headers: ApiResponse['headers']
  readonly socket: Duplex
}

const connect = async (backend: Backend, call: Call, kind: Kind): Promise<Connection> => {
  const {subresource, verb} = call.info
  const rules = kind.subresources[subresource]
  if (!rules) throw noSuchPath()
  if (!rules.verbs.some((known) => known === verb)) throw methodNotAllowed()
  if (subresource === 'proxy') {
    await admitConnect(backend, call, kind)
    return proxyConnection(backend, call, kind)
  }
  const connector = kind.resource.plural === 'pods' ? podConnectors[subresource] : undefined
  if (!connector) throw badRequest('this path does not speak another protocol')
  // A WebSocket can only be opened by GET; running something still takes the right to create.
  if (verb === 'get') backend.authorizer.check(call.user, {...call.info, verb: 'create'})
  await admitConnect(backend, call, kind)
  return connector(backend, call, kind)
}

/** Rejects with ApiError where the request is refused. */
export const upgrade = async (backend: Backend, arrival: Arrival): Promise<Upgraded> => {
  const {request} = arrival
  const info = requestInfo(request.method, request.url)
  const call = admit(backend, arrival, info)
  for (const route of backend.routes)
    if (route.matches(info.path)) {
      const upgraded = await route.upgrade?.(request, call.user)
      if (upgraded) return upgraded
    }
  if (!info.isResource) throw noSuchPath()
  const kind = backend.kinds.get(info.group, info.version, info.plural)
  if (!kind) throw noSuchPath()
  const {transport, url} = await connect(backend, call, kind)
  const {authorization: _authorization, host: _host, ...headers} = request.headers
  try {
    return await transport.upgrade({...request, url, headers})
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError('InternalError', `error dialing backend: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}
