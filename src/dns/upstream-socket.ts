// UDP to one resolver. The socket is connected: only that resolver's answers come in, and when nobody listens there
// the kernel says so at once. Ids are random, and an answer must repeat the question, so that guessing is no use.
import {randomInt} from 'node:crypto'
import {createSocket, type Socket} from 'node:dgram'
import {once} from 'node:events'
import {isIPv6} from 'node:net'
import type {Clock, Timer} from '../lib/clock.ts'

const HEADER = 12
/** Questions under way at the same time; more are refused, so that a dead resolver cannot fill the memory. */
const MOST_PENDING = 4_096

interface Pending {
  readonly settle: (response: Buffer | undefined) => void
  readonly timer: Timer
  readonly question: Buffer
}

const questionBytes = (packet: Buffer): Buffer => {
  let at = HEADER
  while (at < packet.length && packet[at] !== 0) at += (packet[at] ?? 0) + 1
  return packet.subarray(HEADER, Math.min(at + 5, packet.length))
}

export class UpstreamSocket implements Disposable {
  readonly #clock: Clock
  readonly #server: {readonly address: string; readonly port: number}
  readonly #pending = new Map<number, Pending>()
  readonly #onHeard: () => void
  #socket: Promise<Socket> | undefined

  /** `onHeard`: the resolver said something, be it too late. */
  constructor(server: {readonly address: string; readonly port: number}, clock: Clock, onHeard: () => void) {
    this.#server = server
    this.#clock = clock
    this.#onHeard = onHeard
  }

  /** Undefined: no answer within `patienceMs`. The answer has another id than the query. */
  async ask(query: Buffer, patienceMs: number): Promise<Buffer | undefined> {
    if (this.#pending.size >= MOST_PENDING) return undefined
    const socket = await (this.#socket ??= this.#open()).catch(() => undefined)
    if (!socket) return undefined
    let id = randomInt(65_536)
    while (this.#pending.has(id)) id = (id + 1) & 0xffff
    const packet = Buffer.from(query)
    packet.writeUInt16BE(id, 0)
    return new Promise((settle) => {
      const timer = this.#clock.after(patienceMs, () => this.#settle(id, undefined))
      this.#pending.set(id, {settle, timer, question: questionBytes(query)})
      socket.send(packet, (error) => {
        if (error) this.#settle(id, undefined)
      })
    })
  }

  async #open(): Promise<Socket> {
    const {address, port} = this.#server
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    socket.unref()
    try {
      socket.connect(port, address)
      await once(socket, 'connect')
    } catch (error) {
      socket.close()
      this.#socket = undefined
      throw error
    }
    socket.on('message', (response) => {
      this.#onHeard()
      if (response.length < HEADER) return
      const id = response.readUInt16BE(0)
      if (this.#pending.get(id)?.question.equals(questionBytes(response))) this.#settle(id, response)
    })
    // Nobody listens there, or the network is gone: nobody needs to wait any longer.
    socket.on('error', () => this.#settleAll())
    return socket
  }

  #settle(id: number, response: Buffer | undefined): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.timer.cancel()
    pending?.settle(response)
  }

  #settleAll(): void {
    for (const id of [...this.#pending.keys()]) this.#settle(id, undefined)
  }

  [Symbol.dispose](): void {
    this.#settleAll()
    this.#socket?.then(
      (socket) => socket.close(),
      () => undefined,
    )
    this.#socket = undefined
  }
}
