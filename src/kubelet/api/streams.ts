// Exec, attach and port-forward: the runtime names an address, and the connection is handed on as it is.
import {request as httpRequest} from 'node:http'
import type {Duplex} from 'node:stream'
import {ApiError} from '../../api/errors.ts'
import type {ApiRequest, ApiResponse} from '../../api/transport.ts'

export interface Upgraded {
  readonly headers: ApiResponse['headers']
  readonly socket: Duplex
}

/** Names that belong to one connection only, and who was asking: not the runtime's business. */
const dropped = new Set(['host', 'authorization', 'content-length', 'accept-encoding'])

const headersFor = ({headers}: ApiRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.has(name) ? [] : [[name, value]],
    ),
  )

/** The client's own upgrade request, sent to where the runtime waits for it. */
export const connectStream = (url: string, request: ApiRequest): Promise<Upgraded> =>
  new Promise((resolve, reject) => {
    const {search} = new URL(request.url, 'http://kubelet')
    const outgoing = httpRequest(`${url}${search}`, {
      method: request.method,
      headers: {connection: 'Upgrade', ...headersFor(request)},
      signal: request.signal,
    })
    outgoing.on('upgrade', (response, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      resolve({headers: response.headers, socket})
    })
    outgoing.on('response', (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () => reject(new ApiError('BadRequest', body)))
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
