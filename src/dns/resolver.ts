// A query's bytes in, the response's bytes out. Answers are kept as bytes: the cluster's own until the zone changes,
// those of the world as long as they say. Most questions are asked again and again, and cost a look-up and a copy then.
import {type Answer, decode, encode, type Packet, type Question} from 'dns-packet'
import type {Clock} from '../lib/clock.ts'
import {answerQuestion, foundResponse, type Hosts, rcodes, responseTo} from './answer.ts'
import {encodeOrders, encodeSized, type Room} from './encode.ts'
import {Forwarder} from './forward.ts'
import {ForwardedAnswers} from './forwarded-answers.ts'
import {KeptAnswers} from './kept-answers.ts'
import {isQuery, PLAIN_UDP_SIZE, readQuestion} from './question.ts'
import type {Zone} from './zone.ts'

const OPCODE_MASK = 0x7800
const LARGEST_UDP_SIZE = 4_096
const RECURSION_DESIRED = 0x0100
const CODE_MASK = 0x000f
/** In the third byte of a message. */
const TRUNCATED = 0x02

export interface ResolverOptions {
  readonly zone: Pick<Zone, 'domain' | 'lookup' | 'hasNamespace' | 'isOwn' | 'generation'>
  readonly hosts: Hosts
  /** The host's resolvers of now. */
  readonly upstreams: () => readonly string[]
  readonly upstreamPort?: number | undefined
  readonly clock: Clock
}

interface Asked {
  readonly query: Buffer
  readonly packet: Packet
  readonly question: Question
  readonly room: Room
  /** Absent: too unusual for anything to be kept. */
  readonly key: string | undefined
}

export class Resolver implements Disposable {
  readonly #options: ResolverOptions
  readonly #forwarder: Forwarder
  readonly #kept = new KeptAnswers()
  readonly #forwarded: ForwardedAnswers
  /** Questions on their way, so that many who ask the same wait for one answer. */
  readonly #asking = new Map<string, Promise<Buffer | undefined>>()

  constructor(options: ResolverOptions) {
    this.#options = options
    this.#forwarder = new Forwarder({clock: options.clock, port: options.upstreamPort})
    this.#forwarded = new ForwardedAnswers(options.clock)
  }

  /** Undefined: not worth an answer (too short, or itself a response). */
  resolve(query: Buffer, overTcp: boolean): Buffer | undefined | Promise<Buffer | undefined> {
    if (!isQuery(query)) return undefined
    const raw = readQuestion(query, overTcp)
    const {generation} = this.#options.zone
    const kept = raw && (this.#kept.find(raw.key, generation, query) ?? this.#forwarded.find(raw.key, query))
    if (kept) return kept
    const packet = decoded(query)
    if (!packet) return encode(responseTo({id: query.readUInt16BE(0)}, 'FORMERR'))
    if (((packet.flags ?? 0) & OPCODE_MASK) !== 0) return encode(responseTo(packet, 'NOTIMP'))
    const [question, more] = packet.questions ?? []
    if (!question || more) return encode(responseTo(packet, 'FORMERR'))
    const room = raw ? {overTcp, udpSize: raw.udpSize, hasEdns: raw.hasEdns} : roomOf(packet, overTcp)
    return this.#answer({query, packet, question, room, key: raw?.key})
  }

  /** The host's resolvers are others, or its names. */
  forget(): void {
    this.#kept.clear()
    this.#forwarded.clear()
    this.#forwarder.forget()
  }

  #answer(asked: Asked): Buffer | Promise<Buffer | undefined> {
    const {zone, hosts} = this.#options
    const {packet, question, room, key, query} = asked
    const outcome = answerQuestion(question, zone, hosts)
    if (outcome.kind === 'forward') return this.#forward(asked)
    if (outcome.kind === 'follow') return this.#follow(asked, outcome)
    const orders = encodeOrders(foundResponse(packet, outcome, zone.domain), room)
    return key === undefined ? (orders[0] ?? query) : this.#kept.keep(key, zone.generation, orders, query)
  }

  async #forward({query, packet, key, room}: Asked): Promise<Buffer> {
    const response = await this.#ask(query, key, room.overTcp)
    if (!response) return encodeSized(responseTo(packet, 'SERVFAIL'), room)
    const own = Buffer.from(response)
    query.copy(own, 0, 0, 2)
    return own
  }

  /** The alias from the zone, and what the world says of where it leads. */
  async #follow(
    {packet, question, room}: Asked,
    {answers, target}: {readonly answers: readonly Answer[]; readonly target: string},
  ): Promise<Buffer> {
    const query = encode({id: 0, type: 'query', flags: RECURSION_DESIRED, questions: [{...question, name: target}]})
    const found = await this.#whole(query)
    const reply = found && decoded(found)
    // Without an answer from outside the alias alone is still true.
    const isNowhere = ((reply?.flags ?? 0) & CODE_MASK) === rcodes.NXDOMAIN
    const all = [...answers, ...(reply?.answers ?? [])]
    const authorities = reply?.answers?.length ? [] : (reply?.authorities ?? [])
    return encodeSized(responseTo(packet, isNowhere ? 'NXDOMAIN' : 'NOERROR', {answers: all, authorities}), room)
  }

  /** What was cut short over UDP is asked for again over TCP. */
  async #whole(query: Buffer): Promise<Buffer | undefined> {
    for (const overTcp of [false, true]) {
      const key = readQuestion(query, overTcp)?.key
      const kept = key === undefined ? undefined : this.#forwarded.find(key, query)
      const answer = kept ?? (await this.#ask(query, key, overTcp))
      if (overTcp || ((answer?.[2] ?? 0) & TRUNCATED) === 0) return answer
    }
    return undefined
  }

  #ask(query: Buffer, key: string | undefined, overTcp: boolean): Promise<Buffer | undefined> {
    return this.#once(key, async () => {
      const answer = await this.#forwarder.forward(query, this.#options.upstreams(), overTcp)
      if (answer && key !== undefined) this.#forwarded.keep(key, answer)
      return answer
    })
  }

  #once(key: string | undefined, ask: () => Promise<Buffer | undefined>): Promise<Buffer | undefined> {
    if (key === undefined) return ask()
    const known = this.#asking.get(key)
    if (known) return known
    const asking = ask().finally(() => this.#asking.delete(key))
    this.#asking.set(key, asking)
    return asking
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

const roomOf = (packet: Packet, overTcp: boolean): Room => {
  const edns = packet.additionals?.find((record) => record.type === 'OPT') as {udpPayloadSize?: number} | undefined
  const udpSize = Math.max(PLAIN_UDP_SIZE, Math.min(edns?.udpPayloadSize ?? PLAIN_UDP_SIZE, LARGEST_UDP_SIZE))
  return {overTcp, udpSize, hasEdns: edns !== undefined}
}
