// What becomes of an event, as Kubernetes' clients do it: dropped when its object is talked about too much, aggregated
// when many that differ only in their message come within ten minutes, counted when it is the same again.
import type {Clock} from '../../lib/clock.ts'
import {Recent} from './recent.ts'

export interface EventFacts {
  /** Who speaks. */
  readonly source: string
  /** About whom: kind, namespace, name, uid and so on in one string. */
  readonly about: string
  readonly type: string
  readonly reason: string
  readonly message: string
}

export interface SentEvent {
  readonly namespace: string
  readonly name: string
  readonly count: number
}

export type Verdict =
  | {readonly kind: 'drop'}
  | {readonly kind: 'send'; readonly key: string; readonly message: string; readonly repeats: SentEvent | undefined}

const REMEMBERED = 4096
const SPAM_BURST = 25
const SPAM_REFILL_MS = 300_000
const SIMILAR_LIMIT = 10
const SIMILAR_WITHIN_MS = 600_000

interface Bucket {
  tokens: number
  readonly atMs: number
}
interface Similar {
  readonly messages: ReadonlySet<string>
  readonly lastMs: number
}

export class EventCorrelator {
  readonly #clock: Clock
  readonly #buckets = new Recent<Bucket>(REMEMBERED)
  readonly #similar = new Recent<Similar>(REMEMBERED)
  readonly #sent = new Recent<SentEvent>(REMEMBERED)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  judge(event: EventFacts): Verdict {
    const {key, message} = this.#aggregate(event)
    if (!this.#mayPass(`${event.source}|${event.about}`)) return {kind: 'drop'}
    return {kind: 'send', key, message, repeats: this.#sent.get(key)}
  }
  sent(key: string, event: SentEvent): void {
    this.#sent.set(key, event)
  }
  forget(key: string): void {
    this.#sent.delete(key)
  }

  #aggregate({source, about, type, reason, message}: EventFacts): {key: string; message: string} {
    const group = [source, about, type, reason].join('|')
    const nowMs = this.#clock.monotonic()
    const known = this.#similar.get(group)
    const isRecent = known !== undefined && nowMs - known.lastMs <= SIMILAR_WITHIN_MS
    const messages = new Set(isRecent ? known.messages : []).add(message)
    if (messages.size < SIMILAR_LIMIT) {
      this.#similar.set(group, {messages, lastMs: nowMs})
      return {key: `${group}|${message}`, message}
    }
    messages.delete([...messages][0] ?? '')
    this.#similar.set(group, {messages, lastMs: nowMs})
    return {key: group, message: `(combined from similar events): ${message}`}
  }
  /** A bucket of 25 for each speaker and object, refilled by one every five minutes. */
  #mayPass(key: string): boolean {
    const nowMs = this.#clock.monotonic()
    const {tokens, atMs} = this.#buckets.get(key) ?? {tokens: SPAM_BURST, atMs: nowMs}
    const filled = Math.min(SPAM_BURST, tokens + (nowMs - atMs) / SPAM_REFILL_MS)
    this.#buckets.set(key, {tokens: filled >= 1 ? filled - 1 : filled, atMs: nowMs})
    return filled >= 1
  }
}
