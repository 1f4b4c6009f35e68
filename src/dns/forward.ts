// Questions that are not the cluster's, passed on to the host's resolvers. One that keeps silent is asked last and
// waited for less and less, until it speaks again: without any network the answer is a quick failure.
import {connect} from 'node:net'
import type {Clock} from '../lib/clock.ts'
import {LengthFramed} from './tcp-frames.ts'
import {UpstreamSocket} from './upstream-socket.ts'

/** By how often a resolver kept silent in a row. */
const PATIENCE_MS = [2_000, 1_000, 500, 250]
const PORT = 53
const SERVFAIL = 2
const REFUSED = 5

export interface ForwarderOptions {
  readonly clock: Clock
  readonly port?: number | undefined
}

export class Forwarder implements Disposable {
  readonly #clock: Clock
  readonly #port: number
  readonly #sockets = new Map<string, UpstreamSocket>()
  readonly #silences = new Map<string, number>()

  constructor({clock, port = PORT}: ForwarderOptions) {
    this.#clock = clock
    this.#port = port
  }

  /** The first good answer of the servers, asked one after the other; undefined when none came. Its id is any. */
  async forward(query: Buffer, servers: readonly string[], overTcp: boolean): Promise<Buffer | undefined> {
    let poor: Buffer | undefined
    for (const server of this.#ordered(servers)) {
      const response = await this.#ask(query, server, overTcp)
      if (!response) continue
      const code = (response[3] ?? 0) & 0x0f
      if (code !== SERVFAIL && code !== REFUSED) return response
      poor ??= response
    }
    return poor
  }

  #ordered(servers: readonly string[]): readonly string[] {
    const silent = (server: string): number => Number((this.#silences.get(server) ?? 0) > 1)
    return servers.toSorted((a, b) => silent(a) - silent(b))
  }

  async #ask(query: Buffer, server: string, overTcp: boolean): Promise<Buffer | undefined> {
    const silences = this.#silences.get(server) ?? 0
    const patienceMs = PATIENCE_MS[Math.min(silences, PATIENCE_MS.length - 1)] ?? 0
    const response = overTcp
      ? await this.#askTcp(query, server, patienceMs)
      : await this.#socket(server).ask(query, patienceMs)
    this.#silences.set(server, response ? 0 : silences + 1)
    return response
  }

  #socket(server: string): UpstreamSocket {
    const known = this.#sockets.get(server)
    if (known) return known
    const at = {address: server, port: this.#port}
    const socket = new UpstreamSocket(at, this.#clock, () => this.#silences.set(server, 0))
    this.#sockets.set(server, socket)
    return socket
  }

  #askTcp(query: Buffer, server: string, patienceMs: number): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const socket = connect({host: server, port: this.#port})
      const timer = this.#clock.after(patienceMs, () => finish())
      const finish = (response?: Buffer): void => {
        timer.cancel()
        socket.destroy()
        resolve(response)
      }
      socket.once('error', () => finish())
      socket.once('close', () => finish())
      const frames = new LengthFramed((response) => finish(response))
      socket.on('data', (chunk: Buffer) => frames.push(chunk))
      socket.write(LengthFramed.frame(query))
    })
  }

  /** Resolvers that are no longer any. */
  forget(): void {
    for (const socket of this.#sockets.values()) socket[Symbol.dispose]()
    this.#sockets.clear()
    this.#silences.clear()
  }

  [Symbol.dispose](): void {
    this.forget()
  }
}
