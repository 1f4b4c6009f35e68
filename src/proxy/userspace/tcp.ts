// One TCP way into a service: accepts, picks a backend, joins the two ends.
import {once} from 'node:events'
import {connect, createServer, type Server, type Socket} from 'node:net'
import type {Backend} from '../../api/service-ports.ts'
import type {Balancer} from './balancer.ts'

const CONNECT_MS = 5_000
const MOST_ATTEMPTS = 4

/** Each way has its own end: one side may be done talking and still listen. */
const join = (client: Socket, backend: Socket): void => {
  client.pipe(backend)
  backend.pipe(client)
  const end = (): void => {
    client.destroy()
    backend.destroy()
  }
  client.on('error', end)
  backend.on('error', end)
  client.on('close', () => backend.destroy())
  backend.on('close', () => client.destroy())
}

const reach = async (backend: Backend): Promise<Socket> => {
  const socket = connect({host: backend.address, port: backend.port, allowHalfOpen: true, noDelay: true})
  try {
    await once(socket, 'connect', {signal: AbortSignal.timeout(CONNECT_MS)})
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

export class TcpEntrance implements AsyncDisposable {
  readonly #balancer: Balancer
  readonly #server: Server
  /** Open connections and where they go, so that a backend that left lets go of none that still work. */
  readonly #clients = new Set<Socket>()

  constructor(balancer: Balancer) {
    this.#balancer = balancer
    this.#server = createServer({allowHalfOpen: true, noDelay: true, pauseOnConnect: true}, (client) => {
      this.#clients.add(client)
      client.once('close', () => this.#clients.delete(client))
      client.on('error', () => client.destroy())
      this.#serve(client).catch(() => client.destroy())
    })
  }

  async listen(host: string, port: number): Promise<void> {
    this.#server.listen({host, port, backlog: 1024})
    await once(this.#server, 'listening')
  }

  async #serve(client: Socket): Promise<void> {
    const failed = new Set<Backend>()
    for (let attempt = 0; attempt < MOST_ATTEMPTS && !client.destroyed; attempt++) {
      const backend = this.#balancer.choose(client.remoteAddress ?? '', failed)
      if (!backend) break
      const closed = this.#balancer.opened(backend)
      try {
        const socket = await reach(backend)
        socket.once('close', closed)
        if (client.destroyed) socket.destroy()
        else join(client, socket)
        return
      } catch {
        // Refused or too slow: the next one may be better.
        closed()
        failed.add(backend)
      }
    }
    // A reset, as a closed port would answer.
    client.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()))
    for (const client of this.#clients) client.destroy()
    await closed
  }
}
