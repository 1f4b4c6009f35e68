// APIs that other servers answer: who they are, whether they can be reached, and the way of requests to them.
import {ApiError} from '../../../api/errors.ts'
import type {Kind} from '../../../api/kind.ts'
import {deepEqual} from '../../../api/meta/equal.ts'
import type {Stored} from '../../../api/object.ts'
import {apiServices, endpointSlices, services} from '../../../api/resources.ts'
import type {APIService} from '../../../api/schema/types.gen.ts'
import type {ApiRequest, ApiResponse, UserInfo} from '../../../api/transport.ts'
import type {AdmissionContext} from '../../admission/contract.ts'
import type {Backend} from '../../backend.ts'
import type {Route} from '../../contract.ts'
import type {OtherVersion} from '../../discovery/resources.ts'
import type {KeyPair} from '../../pki/contract.ts'
import {copyOf} from '../../registry/freeze.ts'
import {prefixOf} from '../../registry/keys.ts'
import {timestamp} from '../../timestamp.ts'
import type {Listener} from '../../watch/hub.ts'
import {availabilityOf} from './availability.ts'
import {answerHeaders, RemoteConnection, type StoredService} from './connection.ts'
import {remoteKinds} from './remote-kinds.ts'

const groupVersion = (path: string): string => {
  const [, root, group = '', version = ''] = path.split('/')
  return root === 'apis' ? `${version}.${group}` : ''
}

const unavailable = (): ApiResponse => ({
  status: 503,
  headers: {'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff'},
  body: Buffer.from('service unavailable\n'),
})

const checkEveryMs = 30_000
/** Changes of endpoints come in bursts. */
const settleMs = 50

export class RemoteApis {
  readonly #backend: Backend
  readonly #context: AdmissionContext
  readonly #connection: RemoteConnection
  readonly #kinds = new Map<string, readonly Kind[]>()
  readonly #services = new Map<string, StoredService>()
  /** Those that answered when they were last asked. */
  readonly #available = new Set<string>()
  #timer: {cancel(): void} | undefined
  #isClosed = false
  /** Counts changes of `versions`. */
  generation = 0
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
  /** Whoever answers may have come or gone. */
  readonly #endpointListener: Listener = {
    onEvents: () => {
      if (this.#services.size > 0) this.#checkIn(settleMs)
    },
    onProgress: () => {},
    onEnd: () => {},
  }

  constructor(backend: Backend, context: AdmissionContext, identity: () => Promise<KeyPair>) {
    this.#backend = backend
    this.#context = context
    this.#connection = new RemoteConnection(context, identity)
    const {revision} = backend.hub
    for (const service of context.list(apiServices)) this.#follow(service)
    backend.hub.join(prefixOf(apiServices), revision, this.#listener)
    for (const resource of [services, endpointSlices])
      backend.hub.join(prefixOf(resource), revision, this.#endpointListener)
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#backend.hub.leave(prefixOf(apiServices), this.#listener)
    for (const resource of [services, endpointSlices])
      this.#backend.hub.leave(prefixOf(resource), this.#endpointListener)
  }

  readonly route: Route = {
    name: 'aggregated APIs',
    matches: (path) => path.startsWith('/apis/') && this.#services.has(groupVersion(path)),
    handle: (request, user) => this.#handle(request, user),
    upgrade: (request, user) => this.#upgrade(request, user),
  }

  #follow(service: StoredService): void {
    const {name} = service.metadata
    if (!service.spec?.service) {
      this.#forget(name)
      return
    }
    const known = this.#services.get(name)
    this.#services.set(name, service)
    if (known && deepEqual(known.spec, service.spec)) return
    this.generation++
    this.#checkIn(0)
  }

  #forget(name: string): void {
    this.#kinds.delete(name)
    this.#available.delete(name)
    if (this.#services.delete(name)) this.generation++
  }

  #checkIn(delayMs: number): void {
    if (this.#isClosed) return
    this.#timer?.cancel()
    this.#timer = this.#backend.clock.after(delayMs, () => {
      this.#checkAll()
        .catch((error: unknown) =>
          this.#backend.logger.error('the state of an APIService could not be written', {error}),
        )
        .finally(() => {
          if (this.#services.size > 0) this.#checkIn(checkEveryMs)
        })
    })
  }

  async #checkAll(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => this.#check(service)))
  }

  /** Says in its status whether the API can be reached, and learns what it has. */
  async #check(service: StoredService): Promise<void> {
    const {status, reason, message, resources} = await availabilityOf(service, this.#connection, this.#context)
    const {name} = service.metadata
    if (this.#isClosed || !this.#services.has(name)) return
    if (resources !== undefined) this.#learn(service, resources)
    this.#setAvailable(name, status === 'True')
    const current = this.#context.get(apiServices, {name})
    if (!current) return
    const known = current.status?.conditions?.find(({type}) => type === 'Available')
    if (known?.status === status && known.reason === reason && known.message === message) return
    const next = copyOf(current) as Stored<APIService>
    const lastTransitionTime =
      known?.status === status ? known.lastTransitionTime : timestamp(this.#backend.clock.now())
    next.status = {conditions: [{type: 'Available', status, lastTransitionTime, reason, message}]}
    await this.#context.replace(apiServices, next)
  }

  #setAvailable(name: string, is: boolean): void {
    if (this.#available.has(name) === is) return
    if (is) this.#available.add(name)
    else this.#available.delete(name)
    this.generation++
  }

  #learn({metadata, spec}: StoredService, resources: unknown): void {
    const kinds = remoteKinds(spec?.group ?? '', spec?.version ?? '', resources)
    const known = this.#kinds.get(metadata.name)
    const namesOf = (list: readonly Kind[] | undefined) =>
      JSON.stringify(list?.map(({resource, verbs}) => [resource, verbs]))
    if (known && namesOf(known) === namesOf(kinds)) return
    this.#kinds.set(metadata.name, kinds)
    this.generation++
  }

  /** Every API that is somebody else's, whether it answers or not. */
  versions(): readonly OtherVersion[] {
    return [...this.#services].map(([name, {spec}]) => ({
      group: spec?.group ?? '',
      version: spec?.version ?? '',
      isAvailable: this.#available.has(name),
      kinds: this.#kinds.get(name) ?? [],
    }))
  }

  /** Paths of version 3 documents (`apis/GROUP/VERSION`) of the APIs that answered. */
  documentPaths(): string[] {
    return [...this.#kinds.keys()].flatMap((name) => {
      const {group, version} = this.#services.get(name)?.spec ?? {}
      return group && version ? [`apis/${group}/${version}`] : []
    })
  }

  /** Such a document as its server has it; undefined: there is none. */
  async document(path: string): Promise<string | undefined> {
    return this.#fetch(groupVersion(`/${path}`), `/openapi/v3/${path}`)
  }

  /** The version 2 documents of all that answer. */
  async documentsV2(): Promise<string[]> {
    const texts = await Promise.all([...this.#kinds.keys()].map((name) => this.#fetch(name, '/openapi/v2')))
    return texts.filter((text) => text !== undefined)
  }

  async #fetch(name: string, url: string): Promise<string | undefined> {
    const service = this.#services.get(name)
    if (!service) return undefined
    try {
      const user = {name: 'system:aggregator', groups: ['system:masters']}
      const request = {method: 'GET', url, headers: {accept: 'application/json'}, signal: AbortSignal.timeout(6000)}
      const answer = await this.#connection.send(service, request, user)
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      return answer.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : undefined
    } catch (error) {
      this.#backend.logger.info('an aggregated API has no OpenAPI document', {name, url, error})
      return undefined
    }
  }

  #find(request: ApiRequest): StoredService | undefined {
    return this.#services.get(groupVersion(request.url.split('?', 1)[0] ?? ''))
  }

  async #handle(request: ApiRequest, user: UserInfo): Promise<ApiResponse | undefined> {
    const service = this.#find(request)
    if (!service) return undefined
    try {
      const answer = await this.#connection.send(service, request, user)
      return {status: answer.statusCode ?? 502, headers: answerHeaders(answer), body: answer}
    } catch (error) {
      this.#backend.logger.error('an aggregated API did not answer', {error})
      return unavailable()
    }
  }

  async #upgrade(request: ApiRequest, user: UserInfo): ReturnType<NonNullable<Route['upgrade']>> {
    const service = this.#find(request)
    if (!service) return undefined
    try {
      return await this.#connection.upgrade(service, request, user)
    } catch (error) {
      if (error instanceof ApiError) throw error
      throw new ApiError('ServiceUnavailable', 'service unavailable', {code: 503, cause: error})
    }
  }
}
