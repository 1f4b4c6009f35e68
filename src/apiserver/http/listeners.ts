// The sockets the server listens on.
import {chmod, rm} from 'node:fs/promises'
import type {IncomingMessage, Server} from 'node:http'
import type {ListenOptions} from 'node:net'
import type {ApiRequest, ApiResponse, UserInfo} from '../../api/transport.ts'
import type {Backend} from '../backend.ts'
import type {Listening} from '../contract.ts'
import {handle} from '../door.ts'
import {httpServer} from './serve.ts'

export const administrator: UserInfo = {name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated']}

const listen = (server: Server, options: ListenOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      resolve()
    })
  })

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

export class Listeners {
  readonly #backend: Backend
  readonly #servers = new Set<Server>()

  constructor(backend: Backend) {
    this.#backend = backend
  }

  async unix(path: string): Promise<Listening> {
    await rm(path, {force: true})
    const server = this.#server((request) => this.#handle(request, administrator))
    await listen(server, {path})
    await chmod(path, 0o600)
    return this.#listening(server, path)
  }

  async tls({host = '127.0.0.1', port = 0}: {readonly host?: string; readonly port?: number} = {}): Promise<Listening> {
    const server = this.#server((request) => this.#handle(request, administrator))
    await listen(server, {host, port})
    return this.#listening(server, host)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers].map(closed))
  }

  #server(answer: (request: ApiRequest, message: IncomingMessage) => Promise<ApiResponse>): Server {
    const server = httpServer(answer, (error) => this.#backend.logger.error('an answer could not be sent', {error}))
    this.#servers.add(server)
    return server
  }

  #handle(request: ApiRequest, user: UserInfo): Promise<ApiResponse> {
    return handle(this.#backend, {request, user, userAgent: request.headers['user-agent'] ?? '', local: false})
  }

  #listening(server: Server, address: string): Listening {
    const bound = server.address()
    return {
      address,
      port: typeof bound === 'object' && bound !== null ? bound.port : 0,
      close: async () => {
        this.#servers.delete(server)
        await closed(server)
      },
    }
  }
}
