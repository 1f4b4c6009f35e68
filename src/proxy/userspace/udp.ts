// One UDP way into a service: every client address is a flow to one backend, forgotten when nothing was said for a while.
import {createSocket, type Socket} from 'node:dgram'
import {once} from 'node:events'
import {isIPv6} from 'node:net'
import type {Backend} from '../../api/service-ports.ts'
import type {Clock, Timer} from '../../lib/clock.ts'
import type {Desk} from './desk.ts'

const IDLE_MS = 30_000
const MOST_FLOWS = 10_000

interface Flow {
  readonly client: string
  readonly backend: Backend
  readonly socket: Socket
  lastMs: number
  readonly end: () => void
}

export class UdpEntrance implements AsyncDisposable {
  readonly #desk: Desk
  readonly #clock: Clock
  readonly #socket: Socket
  readonly #flows = new Map<string, Flow>()
  #sweep: Timer | undefined
  #isClosed = false

  constructor(desk: Desk, clock: Clock, host: string) {
    this.#desk = desk
    this.#clock = clock
    this.#socket = createSocket({type: isIPv6(host) ? 'udp6' : 'udp4'})
    this.#socket.on('message', (message, {address, port}) => this.#pass(message, address, port))
  }

  async listen(host: string, port: number): Promise<void> {
    this.#socket.bind(port, host)
    await once(this.#socket, 'listening')
    this.#socket.on('error', () => undefined)
  }

  get flows(): number {
    return this.#flows.size
  }

  /** Flows to backends that are gone, or not allowed any more, must find another. */
  refresh(): void {
    for (const flow of this.#flows.values()) if (!this.#desk.has(flow.client, flow.backend)) flow.end()
  }

  #pass(message: Buffer, address: string, port: number): void {
    const key = `${address} ${port}`
    const flow = this.#flows.get(key) ?? this.#open(key, address, port)
    if (!flow) return
    flow.lastMs = this.#clock.monotonic()
    flow.socket.send(message, flow.backend.port, flow.backend.address, () => undefined)
  }

  #open(key: string, address: string, port: number): Flow | undefined {
    const backend = this.#flows.size < MOST_FLOWS ? this.#desk.choose(address) : undefined
    if (!backend) return undefined
    const socket = createSocket({type: isIPv6(backend.address) ? 'udp6' : 'udp4'})
    const closed = this.#desk.opened(backend)
    const flow: Flow = {
      client: address,
      backend,
      socket,
      lastMs: this.#clock.monotonic(),
      end: () => {
        if (!this.#flows.delete(key)) return
        closed()
        socket.close()
      },
    }
    socket.on('message', (answer) => {
      flow.lastMs = this.#clock.monotonic()
      if (!this.#isClosed) this.#socket.send(answer, port, address, () => undefined)
    })
    socket.on('error', flow.end)
    this.#flows.set(key, flow)
    this.#sweep ??= this.#clock.after(IDLE_MS, () => this.#forget())
    return flow
  }

  #forget(): void {
    this.#sweep = undefined
    const oldest = this.#clock.monotonic() - IDLE_MS
    for (const flow of this.#flows.values()) if (flow.lastMs <= oldest) flow.end()
    if (this.#flows.size > 0) this.#sweep = this.#clock.after(IDLE_MS, () => this.#forget())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#sweep?.cancel()
    for (const flow of this.#flows.values()) flow.end()
    await new Promise<void>((done) => this.#socket.close(() => done()))
  }
}
