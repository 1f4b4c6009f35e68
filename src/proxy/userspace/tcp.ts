// One TCP way into a service: accepts, picks a backend, joins the two ends.
import {once} from 'node:events'
import {connect, createServer, type Server, type Socket} from 'node:net'
import type {Backend} from '../../api/service-ports.ts'
import type {Desk} from './desk.ts'

const CONNECT_MS = 5_000
const MOST_ATTEMPTS = 4
/** An end that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 30_000

/** Each way has its own end: one side may be done talking and still listen. What one has said reaches the other first. */
const join = (client: Socket, backend: Socket): void => {
  client.pipe(backend)
  backend.pipe(client)
  const reset = (): void => {
    client.resetAndDestroy()
    backend.resetAndDestroy()
  }
  client.on('error', reset)
  backend.on('error', reset)
  client.on('close', () => backend.destroySoon())
  backend.on('close', () => client.destroySoon())
}

/** For every connection: nothing here but what it needs. */
const reach = (backend: Backend): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: backend.address,
      port: backend.port,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    })
    socket.once('error', reject)
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no answer in time')))
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', reject)
      resolve(socket)
    })
  })

interface Conversation {
  readonly client: string
  readonly backend: Backend
}

export class TcpEntrance implements AsyncDisposable {
  readonly #desk: Desk
  readonly #server: Server
  /** Those that have a backend, and which. */
  readonly #talking = new Map<Socket, Conversation>()

  constructor(desk: Desk) {
    this.#desk = desk
    this.#server = createServer(
      {allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, pauseOnConnect: true},
      (client) => {
        client.on('error', () => client.destroy())
        this.#serve(client).catch(() => client.destroy())
      },
    )
  }

  async listen(host: string, port: number): Promise<void> {
    this.#server.listen({host, port, backlog: 1024})
    await once(this.#server, 'listening')
    this.#server.on('error', () => undefined)
  }

  /** Ends what policies no longer allow. Who talks with a backend that left goes on until one of them is done. */
  refresh(): void {
    for (const [socket, {backend, client}] of this.#talking)
      if (!this.#desk.mayTalk(client, backend)) socket.resetAndDestroy()
  }

  /** Nobody new; who talks already goes on, and when all are done `ended` is called. */
  stopListening(ended: () => void): void {
    this.#server.close(ended)
  }

  async #serve(client: Socket): Promise<void> {
    const address = client.remoteAddress ?? ''
    const failed = new Set<string>()
    for (let attempt = 0; attempt < MOST_ATTEMPTS && !client.destroyed; attempt++) {
      const backend = this.#desk.choose(address, failed)
      if (!backend) break
      const closed = this.#desk.opened(backend)
      try {
        const socket = await reach(backend)
        socket.once('close', closed)
        if (client.destroyed) socket.destroy()
        else this.#join(client, socket, {client: address, backend})
        return
      } catch {
        // Refused or too slow: the next one may be better.
        closed()
        failed.add(backend.address)
      }
    }
    // A reset, as a closed port would answer.
    client.resetAndDestroy()
  }

  #join(client: Socket, socket: Socket, conversation: Conversation): void {
    this.#talking.set(client, conversation)
    client.once('close', () => this.#talking.delete(client))
    join(client, socket)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((done) => {
      if (this.#server.listening) this.#server.close(() => done())
      else done()
    })
    for (const client of this.#talking.keys()) client.destroy()
    await closed
  }
}
