// A query's bytes in, the response's bytes out. The cluster's own answers are kept as bytes until the zone changes:
// most questions are asked again and again, and cost a map look-up and a copy then.
import {type Answer, decode, encode, type Packet, type Question} from 'dns-packet'
import type {Clock} from '../lib/clock.ts'
import {answerQuestion, foundResponse, type HostNames, responseTo} from './answer.ts'
import {Forwarder} from './forward.ts'
import type {Upstreams} from './upstreams.ts'
import type {Zone} from './zone.ts'

const MOST_KEPT = 10_000
const HEADER = 12
/** What fits where the client did not say more. */
const PLAIN_UDP_SIZE = 512
const OPCODE_MASK = 0x7800

export interface ResolverOptions {
  readonly zone: Zone
  readonly hosts: HostNames
  readonly upstreams: Upstreams
  readonly clock: Clock
}

export class Resolver implements Disposable {
  readonly #options: ResolverOptions
  readonly #forwarder: Forwarder
  #kept = new Map<string, Buffer>()
  #keptFor = -1

  constructor(options: ResolverOptions) {
    this.#options = options
    this.#forwarder = new Forwarder(options.clock)
  }

  /** Undefined: not worth an answer (too short, or itself a response). */
  resolve(query: Buffer, overTcp: boolean): Buffer | undefined | Promise<Buffer | undefined> {
    if (query.length < HEADER || ((query[2] ?? 0) & 0x80) !== 0) return undefined
    const {zone} = this.#options
    if (this.#keptFor !== zone.generation) {
      this.#kept = new Map()
      this.#keptFor = zone.generation
    }
    const key = `${overTcp ? 't' : 'u'}${query.toString('latin1', 2)}`
    const kept = this.#kept.get(key)
    if (kept) {
      const response = Buffer.from(kept)
      response[0] = query[0] ?? 0
      response[1] = query[1] ?? 0
      return response
    }
    const packet = decoded(query)
    if (!packet) return encode(responseTo({id: query.readUInt16BE(0)}, 'FORMERR'))
    if (((packet.flags ?? 0) & OPCODE_MASK) !== 0) return encode(responseTo(packet, 'NOTIMP'))
    const [question, more] = packet.questions ?? []
    if (!question || more) return encode(responseTo(packet, 'FORMERR'))
    const response = this.#answer(query, packet, question, overTcp)
    if (!(response instanceof Promise) && this.#kept.size < MOST_KEPT) this.#kept.set(key, response)
    return response
  }

  #answer(query: Buffer, packet: Packet, question: Question, overTcp: boolean): Buffer | Promise<Buffer | undefined> {
    const {zone, hosts} = this.#options
    const outcome = answerQuestion(question, zone, hosts)
    if (outcome.kind === 'found') return sized(foundResponse(packet, outcome, zone.domain), packet, overTcp)
    if (outcome.kind === 'forward') return this.#forward(query, packet, overTcp)
    return this.#follow(packet, question, outcome, overTcp)
  }

  async #forward(query: Buffer, packet: Packet, overTcp: boolean): Promise<Buffer> {
    const response = await this.#forwarder.forward(query, this.#options.upstreams.servers, overTcp)
    return response ?? encode(responseTo(packet, 'SERVFAIL'))
  }

  /** The alias from the zone, and what the world says of where it leads. */
  async #follow(
    packet: Packet,
    question: Question,
    {answers, target}: {readonly answers: readonly Answer[]; readonly target: string},
    overTcp: boolean,
  ): Promise<Buffer> {
    const query = encode({id: packet.id ?? 0, type: 'query', flags: 0x0100, questions: [{...question, name: target}]})
    const reply = decoded(
      (await this.#forwarder.forward(query, this.#options.upstreams.servers, true)) ?? Buffer.alloc(0),
    )
    const all = [...answers, ...(reply?.answers ?? [])]
    return sized(responseTo(packet, 'NOERROR', {answers: all}), packet, overTcp)
  }

  [Symbol.dispose](): void {
    this.#forwarder[Symbol.dispose]()
  }
}

const decoded = (bytes: Buffer): Packet | undefined => {
  try {
    return decode(bytes)
  } catch {
    // Whatever it was, it was not DNS.
    return undefined
  }
}

const TRUNCATED = 0x0200

/** How much the client takes over UDP: what its EDNS record says. */
const udpSize = (packet: Packet): number => {
  const edns = packet.additionals?.find((record) => record.type === 'OPT') as {udpPayloadSize?: number} | undefined
  return Math.max(PLAIN_UDP_SIZE, Math.min(edns?.udpPayloadSize ?? PLAIN_UDP_SIZE, 4_096))
}

const sized = (response: Packet, query: Packet, overTcp: boolean): Buffer => {
  const hasEdns = query.additionals?.some((record) => record.type === 'OPT') ?? false
  const edns = hasEdns
    ? [
        {
          type: 'OPT' as const,
          name: '.',
          udpPayloadSize: 4_096,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ]
    : []
  const full = encode({...response, additionals: [...(response.additionals ?? []), ...edns]})
  const limit = overTcp ? 65_535 : udpSize(query)
  if (full.length <= limit) return full
  const slim = encode({...response, additionals: edns})
  if (slim.length <= limit) return slim
  return encode({
    ...response,
    flags: (response.flags ?? 0) | TRUNCATED,
    answers: [],
    authorities: [],
    additionals: edns,
  })
}
