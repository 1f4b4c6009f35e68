// The way to an aggregated API: TLS to whoever serves its Service, with the cluster's client certificate and the user
// in headers.
import type {IncomingMessage} from 'node:http'
import {request as httpsRequest, type RequestOptions} from 'node:https'
import type {Duplex} from 'node:stream'
import {ApiError} from '../../../api/errors.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import type {APIService} from '../../../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, UserInfo} from '../../../api/transport.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {KeyPair} from '../../pki/contract.ts'
import {readBody} from '../../request/body.ts'
import {serviceAddress} from '../client-config.ts'

export type StoredService = DeepReadonly<Stored<APIService>>

const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'authorization',
  'host',
])

const userHeaders = ({name, uid, groups, extra = {}}: UserInfo): Record<string, string | string[]> => ({
  'x-remote-user': name,
  ...(uid ? {'x-remote-uid': uid} : {}),
  'x-remote-group': [...groups],
  ...Object.fromEntries(
    Object.entries(extra).map(([key, values]) => [`x-remote-extra-${encodeURIComponent(key)}`, [...values]]),
  ),
})

const passedOn = (headers: ApiRequest['headers'], kept: readonly string[] = []): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (!hopByHop.has(entry[0]) || kept.includes(entry[0])) &&
        !entry[0].startsWith('x-remote-') &&
        !entry[0].startsWith('impersonate-'),
    ),
  )

export const answerHeaders = (message: IncomingMessage): ApiResponse['headers'] =>
  Object.fromEntries(Object.entries(message.headers).filter(([name]) => !hopByHop.has(name))) as ApiResponse['headers']

export class RemoteConnection {
  readonly #context: AdmissionContext
  readonly #identity: () => Promise<KeyPair>

  constructor(context: AdmissionContext, identity: () => Promise<KeyPair>) {
    this.#context = context
    this.#identity = identity
  }

  /** Where the service is answered now. Throws Error in the words of the real server. */
  address({spec}: StoredService): {readonly host: string; readonly port: number} {
    return serviceAddress(spec?.service ?? {}, this.#context)
  }

  async send(service: StoredService, request: ApiRequest, user: UserInfo): Promise<IncomingMessage> {
    const [options, body] = await Promise.all([this.#options(service, request), readBody(request)])
    const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
    const headers = {...passedOn(request.headers), ...userHeaders(user), 'content-length': body.length}
    const sent = httpsRequest({...options, headers}, resolve)
    sent.on('error', reject)
    sent.end(body)
    return promise
  }

  /** The same for connections that become something else. */
  async upgrade(
    service: StoredService,
    request: ApiRequest,
    user: UserInfo,
  ): Promise<{readonly headers: ApiResponse['headers']; readonly socket: Duplex}> {
    const options = await this.#options(service, request)
    const headers = {...passedOn(request.headers, ['connection', 'upgrade']), ...userHeaders(user)}
    const {promise, resolve, reject} = Promise.withResolvers<{headers: ApiResponse['headers']; socket: Duplex}>()
    const sent = httpsRequest({...options, headers})
    sent.once('error', reject)
    sent.once('response', (message) => {
      message.resume()
      reject(new ApiError('', 'the other side did not switch protocols', {code: message.statusCode ?? 502}))
    })
    sent.once('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      resolve({headers: message.headers as ApiResponse['headers'], socket})
    })
    sent.end()
    return promise
  }

  async #options(service: StoredService, {method, url, signal}: ApiRequest): Promise<RequestOptions> {
    const {caBundle, insecureSkipTLSVerify, service: at = {}} = service.spec ?? {}
    const {host, port} = this.address(service)
    const {certificate, key} = await this.#identity()
    return {
      host,
      port,
      method,
      path: url,
      servername: `${at.name}.${at.namespace}.svc`,
      cert: certificate,
      key,
      rejectUnauthorized: !insecureSkipTLSVerify,
      ...(caBundle ? {ca: Buffer.from(caBundle, 'base64').toString('utf8')} : {}),
      ...(signal ? {signal} : {}),
    }
  }
}
