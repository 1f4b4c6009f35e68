// Connections to backends, kept for the next request.
import {connect, type Socket} from 'node:net'
import {connect as connectTls} from 'node:tls'
import type {Clock, Timer} from '../../lib/clock.ts'

/** Less than the five seconds after which many servers hang up on an idle client. */
const IDLE_MS = 4_000
const MOST_IDLE = 128
const CONNECT_MS = 5_000

export interface Place {
  readonly address: string
  readonly port: number
  /** Whose certificate nobody checks: it is the cluster's own network. */
  readonly isTls: boolean
}

/** Who uses a connection now. */
export interface BackendUser {
  onBackendData(bytes: Buffer): void
  onBackendDrain(): void
  onBackendEnd(): void
}

export class BackendConnection {
  readonly socket: Socket
  readonly place: Place
  /** Nobody used it before: it cannot have been closed for being idle. */
  isFresh = true
  user: BackendUser | undefined
  idleSinceMs = 0

  constructor(socket: Socket, place: Place) {
    this.socket = socket
    this.place = place
    socket.on('data', (bytes: Buffer) => {
      if (this.user) this.user.onBackendData(bytes)
      // Nothing was asked: whatever this is, the next answer would be mistaken for it.
      else socket.destroy()
    })
    socket.on('drain', () => this.user?.onBackendDrain())
    socket.on('error', () => undefined)
    // Half a connection is of no use: after its end there is nothing more to come.
    socket.on('end', () => socket.destroy())
    socket.on('close', () => this.user?.onBackendEnd())
  }
}

const nameOf = ({address, port, isTls}: Place): string => `${address} ${port}${isTls ? ' tls' : ''}`

export class BackendPool implements Disposable {
  readonly #clock: Clock
  readonly #idle = new Map<string, BackendConnection[]>()
  readonly #all = new Set<BackendConnection>()
  #sweep: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** One that is kept from before. */
  take(place: Place): BackendConnection | undefined {
    const list = this.#idle.get(nameOf(place))
    for (let connection = list?.pop(); connection; connection = list?.pop())
      if (!connection.socket.destroyed) return connection
    return undefined
  }

  connect(place: Place): Promise<BackendConnection> {
    return new Promise((resolve, reject) => {
      const where = {host: place.address, port: place.port, noDelay: true}
      const socket = place.isTls ? connectTls({...where, rejectUnauthorized: false}) : connect(where)
      const fail = (error: Error): void => {
        timer.cancel()
        socket.destroy()
        reject(error)
      }
      const timer = this.#clock.after(CONNECT_MS, () => fail(new Error('connecting took too long')))
      socket.once('error', fail)
      socket.once(place.isTls ? 'secureConnect' : 'connect', () => {
        timer.cancel()
        socket.off('error', fail)
        const connection = new BackendConnection(socket, place)
        this.#all.add(connection)
        socket.once('close', () => this.#all.delete(connection))
        resolve(connection)
      })
    })
  }

  give(connection: BackendConnection): void {
    connection.user = undefined
    connection.isFresh = false
    connection.idleSinceMs = this.#clock.monotonic()
    const name = nameOf(connection.place)
    const list = this.#idle.get(name)
    if (!list) this.#idle.set(name, [connection])
    else if (list.length < MOST_IDLE) list.push(connection)
    else connection.socket.destroy()
    this.#sweep ??= this.#clock.after(IDLE_MS, () => this.#forgetIdle())
  }

  #forgetIdle(): void {
    this.#sweep = undefined
    const oldest = this.#clock.monotonic() - IDLE_MS
    for (const [name, list] of this.#idle) {
      const kept = list.filter(({socket, idleSinceMs}) => !socket.destroyed && idleSinceMs > oldest)
      for (const {socket, idleSinceMs} of list) if (idleSinceMs <= oldest) socket.destroy()
      if (kept.length > 0) this.#idle.set(name, kept)
      else this.#idle.delete(name)
    }
    if (this.#idle.size > 0) this.#sweep = this.#clock.after(IDLE_MS / 4, () => this.#forgetIdle())
  }

  [Symbol.dispose](): void {
    this.#sweep?.cancel()
    for (const {socket} of this.#all) socket.destroy()
  }
}
