// APIs that other servers answer: requests go on to the Service that an APIService names, with the user in headers.
import type {IncomingMessage} from 'node:http'
import {request as httpsRequest} from 'node:https'
import {ApiError} from '../../../api/errors.ts'
import type {Kind} from '../../../api/kind.ts'
import type {DeepReadonly, Stored} from '../../../api/object.ts'
import {apiServices} from '../../../api/resources.ts'
import type {APIService} from '../../../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, UserInfo} from '../../../api/transport.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {Backend} from '../../backend.ts'
import type {Route} from '../../contract.ts'
import type {KeyPair} from '../../pki/contract.ts'
import {copyOf} from '../../registry/freeze.ts'
import {prefixOf} from '../../registry/keys.ts'
import {readBody} from '../../request/body.ts'
import {timestamp} from '../../timestamp.ts'
import type {Listener} from '../../watch/hub.ts'
import {serviceAddress} from '../client-config.ts'
import {remoteKinds} from './remote-kinds.ts'

type StoredService = DeepReadonly<Stored<APIService>>

const prefix = prefixOf(apiServices)

const groupVersion = (path: string): string => {
  const [, root, group = '', version = ''] = path.split('/')
  return root === 'apis' ? `${version}.${group}` : ''
}

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

const passedOn = (headers: ApiRequest['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !hopByHop.has(entry[0]) && !entry[0].startsWith('x-remote-'),
    ),
  )

const unavailable = (): ApiError => new ApiError('ServiceUnavailable', 'service unavailable', {code: 503})

export class RemoteApis {
  readonly #backend: Backend
  readonly #context: AdmissionContext
  readonly #identity: () => Promise<KeyPair>
  readonly #kinds = new Map<string, readonly Kind[]>()
  /** Counts changes of `kinds`. */
  generation = 0
  readonly #services = new Map<string, StoredService>()
  readonly #listener: Listener = {
    onEvents: (events) => {
      for (const event of events) {
        const service = this.#backend.objects.stored(event) as unknown as StoredService
        if (event.type === 'delete') this.#forget(service.metadata.name)
        else this.#follow(service)
      }
    },
    onProgress: () => {},
    onEnd: () => {},
  }

  constructor(backend: Backend, context: AdmissionContext, identity: () => Promise<KeyPair>) {
    this.#backend = backend
    this.#context = context
    this.#identity = identity
    const {revision} = backend.hub
    for (const service of context.list(apiServices)) this.#follow(service)
    backend.hub.join(prefix, revision, this.#listener)
  }

  close(): void {
    this.#backend.hub.leave(prefix, this.#listener)
  }

  readonly route: Route = {
    name: 'aggregated APIs',
    matches: (path) => path.startsWith('/apis/') && this.#services.has(groupVersion(path)),
    handle: (request, user) => this.#handle(request, user),
  }

  #follow(service: StoredService): void {
    const {name} = service.metadata
    if (!service.spec?.service) {
      this.#forget(name)
      return
    }
    this.#services.set(name, service)
    this.#check(service).catch((error: unknown) =>
      this.#backend.logger.error('the state of an APIService could not be written', {error}),
    )
  }

  /** Says in its status whether the API can be reached. */
  async #check(service: StoredService): Promise<void> {
    const [status, reason, message] = await this.#probe(service)
    const known = service.status?.conditions?.find(({type}) => type === 'Available')
    if (known?.status === status && known.reason === reason) return
    const next = copyOf(service) as Stored<APIService>
    const lastTransitionTime = timestamp(this.#backend.clock.now())
    next.status = {conditions: [{type: 'Available', status, lastTransitionTime, reason, message}]}
    await this.#context.replace(apiServices, next)
  }

  async #probe(service: StoredService): Promise<readonly [string, string, string]> {
    const {group = '', version = '', service: at} = service.spec ?? {}
    const where = `service/${at?.name} in ${JSON.stringify(at?.namespace)}`
    try {
      serviceAddress(at ?? {}, this.#context)
    } catch (error) {
      const text = error instanceof Error ? error.message : ''
      return text.endsWith('not found')
        ? ['False', 'ServiceNotFound', `${where} is not present`]
        : ['False', 'MissingEndpoints', `endpoints for ${where} have no addresses with port name ""`]
    }
    const user = {name: 'system:kube-aggregator', groups: ['system:masters']}
    const url = `/apis/${group}/${version}`
    try {
      const answer = await this.#send(service, {method: 'GET', url, headers: {accept: 'application/json'}}, user)
      if (answer.statusCode !== undefined && answer.statusCode < 300) {
        await this.#learn(service, answer)
        return ['True', 'Passed', 'all checks passed']
      }
      answer.resume()
      return [
        'False',
        'FailedDiscoveryCheck',
        `failing or missing response from ${url}: bad status from ${url}: ${answer.statusCode}`,
      ]
    } catch (error) {
      return [
        'False',
        'FailedDiscoveryCheck',
        `failing or missing response from ${url}: ${error instanceof Error ? error.message : ''}`,
      ]
    }
  }

  /** What the API has, for discovery. */
  async #learn(service: StoredService, answer: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    const {group = '', version = ''} = service.spec ?? {}
    const list: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    this.#kinds.set(service.metadata.name, remoteKinds(group, version, list))
    this.generation++
  }

  /** Kinds of APIs that answered; the same array until something changes. */
  kinds(): readonly Kind[] {
    return [...this.#kinds.values()].flat()
  }

  #forget(name: string): void {
    this.#services.delete(name)
    if (this.#kinds.delete(name)) this.generation++
  }

  async #handle(request: ApiRequest, user: UserInfo): Promise<ApiResponse | undefined> {
    const service = this.#services.get(groupVersion(request.url.split('?', 1)[0] ?? ''))
    if (!service) return undefined
    let answer: IncomingMessage
    try {
      answer = await this.#send(service, request, user)
    } catch (error) {
      this.#backend.logger.error('an aggregated API did not answer', {error})
      throw unavailable()
    }
    const headers = Object.fromEntries(
      Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name)),
    ) as ApiResponse['headers']
    return {status: answer.statusCode ?? 502, headers, body: answer}
  }

  async #send(service: StoredService, request: ApiRequest, user: UserInfo): Promise<IncomingMessage> {
    const {caBundle, insecureSkipTLSVerify, service: at = {}} = service.spec ?? {}
    const {host, port} = serviceAddress(at, this.#context)
    const [{certificate, key}, body] = await Promise.all([this.#identity(), readBody(request)])
    const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
    const sent = httpsRequest(
      {
        host,
        port,
        method: request.method,
        path: request.url,
        headers: {...passedOn(request.headers), ...userHeaders(user), 'content-length': body.length},
        servername: `${at.name}.${at.namespace}.svc`,
        cert: certificate,
        key,
        rejectUnauthorized: !insecureSkipTLSVerify,
        ...(caBundle ? {ca: Buffer.from(caBundle, 'base64').toString('utf8')} : {}),
        ...(request.signal ? {signal: request.signal} : {}),
      },
      resolve,
    )
    sent.on('error', reject)
    sent.end(body)
    return promise
  }
}
