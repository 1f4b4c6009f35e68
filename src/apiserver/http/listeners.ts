// The sockets the server listens on.
import {chmod, rm} from 'node:fs/promises'
import type {IncomingMessage, Server} from 'node:http'
import type {ListenOptions} from 'node:net'
import type {Duplex} from 'node:stream'
import type {ApiRequest, ApiResponse, UserInfo} from '../../api/transport.ts'
import {anonymous} from '../auth/authenticate.ts'
import type {Backend} from '../backend.ts'
import type {Listening} from '../contract.ts'
import {handle} from '../door.ts'
import type {Pki} from '../pki/contract.ts'
import {asApiError, failureOf} from '../respond/status.ts'
import {type Upgraded, upgrade} from '../upgrade.ts'
import {httpServer, httpsServer, type RequestHandler, toRequest} from './serve.ts'
import {serveUpgrade} from './upgrades.ts'

export const administrator: UserInfo = {name: 'admin', groups: ['system:masters', 'system:authenticated']}

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

const refused = (error: unknown): ApiResponse => {
  const {code} = asApiError(error)
  const body = Buffer.from(`${JSON.stringify(failureOf(error))}\n`)
  return {status: code, headers: {'content-type': 'application/json'}, body}
}

export class Listeners {
  readonly #backend: Backend
  readonly #pki: () => Promise<Pki>
  port = 0
  /** Where the TLS port is; of all addresses the machine's own loopback. */
  host = '127.0.0.1'
  readonly #servers = new Set<Server>()
  readonly #upgraded = new Set<Duplex>()

  constructor(backend: Backend, pki: () => Promise<Pki>) {
    this.#backend = backend
    this.#pki = pki
  }

  async unix(path: string): Promise<Listening> {
    await rm(path, {force: true})
    const server = this.#add(httpServer(...this.#answering(administrator)), administrator)
    await listen(server, {path})
    await chmod(path, 0o600)
    return this.#listening(server, path)
  }

  async tls({host = '127.0.0.1', port = 0}: {readonly host?: string; readonly port?: number} = {}): Promise<Listening> {
    const {server: pair, caCertificate} = await this.#pki()
    this.host = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
    const tls = {cert: pair.certificate, key: pair.key, ca: caCertificate}
    const server = this.#add(httpsServer(tls, ...this.#answering(anonymous)), anonymous)
    await listen(server, {host, port})
    const listening = this.#listening(server, host)
    this.port = listening.port
    return listening
  }

  async close(): Promise<void> {
    for (const socket of this.#upgraded) socket.destroy()
    await Promise.all([...this.#servers].map(closed))
  }

  #add(server: Server, otherwise: UserInfo): Server {
    this.#servers.add(server)
    server.on('upgrade', (message, socket, head) => {
      this.#upgraded.add(socket)
      socket.once('close', () => this.#upgraded.delete(socket))
      void serveUpgrade((asked) => this.#upgrade(asked, otherwise), message, socket, head)
    })
    return server
  }

  #answering(otherwise: UserInfo): [RequestHandler, (error: unknown) => void] {
    return [
      (request, message) => this.#handle(request, message, otherwise),
      (error) => this.#backend.logger.error('an answer could not be sent', {error}),
    ]
  }

  async #upgrade(message: IncomingMessage, otherwise: UserInfo): Promise<Upgraded> {
    const user = await this.#backend.authenticator.user(message, otherwise)
    const request = toRequest(message)
    return upgrade(this.#backend, {request, user, userAgent: request.headers['user-agent'] ?? '', local: false})
  }

  async #handle(request: ApiRequest, message: IncomingMessage, otherwise: UserInfo): Promise<ApiResponse> {
    let user: UserInfo
    try {
      user = await this.#backend.authenticator.user(message, otherwise)
    } catch (error) {
      return refused(error)
    }
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
