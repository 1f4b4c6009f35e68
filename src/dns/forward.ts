// Questions that are not the cluster's, passed on to the host's resolvers.
import {createSocket, type Socket} from 'node:dgram'
import {connect, isIPv6} from 'node:net'
import type {Clock, Timer} from '../lib/clock.ts'
import {LengthFramed} from './tcp-frames.ts'

const ATTEMPT_MS = 2_000
const PORT = 53
/** Questions under way at the same time; more are refused, so that a dead resolver cannot fill the memory. */
const MOST_PENDING = 4_096

interface Pending {
  readonly resolve: (response: Buffer | undefined) => void
  readonly timer: Timer
  readonly question: Buffer
}

/** The question section, for matching a response beyond its 16-bit id. */
const questionBytes = (packet: Buffer): Buffer => {
  let at = 12
  while (at < packet.length && packet[at] !== 0) at += (packet[at] ?? 0) + 1
  return packet.subarray(12, Math.min(at + 5, packet.length))
}

export class Forwarder implements Disposable {
  readonly #clock: Clock
  readonly #sockets = new Map<'udp4' | 'udp6', Socket>()
  readonly #pending = new Map<number, Pending>()
  #nextId = Math.floor(Math.random() * 65_536)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The first answer of the servers, asked one after the other; undefined when none came. Ids are restored. */
  async forward(query: Buffer, servers: readonly string[], overTcp: boolean): Promise<Buffer | undefined> {
    for (const server of servers) {
      const response = overTcp ? await this.#askTcp(query, server) : await this.#askUdp(query, server)
      if (!response) continue
      response.writeUInt16BE(query.readUInt16BE(0), 0)
      return response
    }
    return undefined
  }

  #askUdp(query: Buffer, server: string): Promise<Buffer | undefined> {
    if (this.#pending.size >= MOST_PENDING) return Promise.resolve(undefined)
    let id = this.#nextId
    while (this.#pending.has(id)) id = (id + 1) & 0xffff
    this.#nextId = (id + 1) & 0xffff
    const packet = Buffer.from(query)
    packet.writeUInt16BE(id, 0)
    return new Promise((resolve) => {
      const timer = this.#clock.after(ATTEMPT_MS, () => this.#settle(id, undefined))
      this.#pending.set(id, {resolve, timer, question: questionBytes(query)})
      this.#socket(isIPv6(server) ? 'udp6' : 'udp4').send(packet, PORT, server, (error) => {
        if (error) this.#settle(id, undefined)
      })
    })
  }

  #socket(family: 'udp4' | 'udp6'): Socket {
    const known = this.#sockets.get(family)
    if (known) return known
    const socket = createSocket(family)
    socket.on('message', (response) => {
      if (response.length < 12) return
      const id = response.readUInt16BE(0)
      if (this.#pending.get(id)?.question.equals(questionBytes(response))) this.#settle(id, response)
    })
    socket.on('error', () => {
      this.#sockets.delete(family)
      socket.close()
    })
    socket.unref()
    this.#sockets.set(family, socket)
    return socket
  }

  #settle(id: number, response: Buffer | undefined): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.timer.cancel()
    pending?.resolve(response)
  }

  #askTcp(query: Buffer, server: string): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      const socket = connect({host: server, port: PORT})
      const finish = (response?: Buffer): void => {
        socket.destroy()
        resolve(response)
      }
      socket.setTimeout(ATTEMPT_MS, () => finish())
      socket.once('error', () => finish())
      const frames = new LengthFramed((response) => finish(response))
      socket.on('data', (chunk: Buffer) => frames.push(chunk))
      socket.once('close', () => resolve(undefined))
      socket.write(LengthFramed.frame(query))
    })
  }

  [Symbol.dispose](): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, undefined)
    for (const socket of this.#sockets.values()) socket.close()
    this.#sockets.clear()
  }
}
