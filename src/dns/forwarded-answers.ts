// Answers of the world's, kept as long as they say: their time to live counts down, answers that there is nothing are
// kept as the zone's SOA record allows (RFC 2308), and nothing is kept for long or without bound.
import type {Clock} from '../lib/clock.ts'

const MOST_KEPT = 10_000
const LONGEST_SECONDS = 3_600
/** How long nothing is believed to stay nothing, at most. */
const LONGEST_NEGATIVE_SECONDS = 30
const HEADER = 12
const TRUNCATED = 0x02
const CODE = 0x0f
const OPT = 41
const SOA = 6

interface Kept {
  readonly response: Buffer
  /** Where in it times to live stand. */
  readonly lifetimes: readonly number[]
  readonly atMs: number
  readonly untilMs: number
}

interface Read {
  readonly lifetimes: readonly number[]
  readonly seconds: number
}

/** The index behind a name; a pointer ends it. */
const skipName = (bytes: Buffer, from: number): number => {
  let at = from
  for (;;) {
    const length = bytes[at] ?? 0
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2
    at += length + 1
  }
}

/** The last number of an SOA record: how long nothing may be believed. */
const minimumOf = (bytes: Buffer, data: number): number =>
  bytes.readUInt32BE(skipName(bytes, skipName(bytes, data)) + 16)

/** Undefined: not to be kept, such as failures and what was cut short. */
const read = (response: Buffer): Read | undefined => {
  const code = (response[3] ?? 0) & CODE
  if (((response[2] ?? 0) & TRUNCATED) !== 0 || (code !== 0 && code !== 3)) return undefined
  const answers = response.readUInt16BE(6)
  const total = answers + response.readUInt16BE(8) + response.readUInt16BE(10)
  const lifetimes: number[] = []
  let seconds = answers > 0 && code === 0 ? LONGEST_SECONDS : 0
  let at = HEADER
  for (let count = response.readUInt16BE(4); count > 0; count--) at = skipName(response, at) + 4
  for (let index = 0; index < total; index++) {
    at = skipName(response, at)
    const type = response.readUInt16BE(at)
    const lifetime = response.readUInt32BE(at + 4)
    if (type !== OPT) lifetimes.push(at + 4)
    if (index < answers) seconds = Math.min(seconds || LONGEST_NEGATIVE_SECONDS, lifetime)
    else if (type === SOA && seconds === 0)
      seconds = Math.min(lifetime, minimumOf(response, at + 10), LONGEST_NEGATIVE_SECONDS)
    at += 10 + response.readUInt16BE(at + 8)
  }
  return {lifetimes, seconds}
}

/** What a server sends may be anything at all. */
const tryRead = (response: Buffer): Read | undefined => {
  try {
    return read(response)
  } catch {
    return undefined
  }
}

export class ForwardedAnswers {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  find(key: string, query: Buffer): Buffer | undefined {
    const kept = this.#kept.get(key)
    if (!kept) return undefined
    const now = this.#clock.monotonic()
    if (kept.untilMs <= now) {
      this.#kept.delete(key)
      return undefined
    }
    const response = Buffer.from(kept.response)
    const age = Math.floor((now - kept.atMs) / 1000)
    if (age > 0)
      for (const at of kept.lifetimes) response.writeUInt32BE(Math.max(0, response.readUInt32BE(at) - age), at)
    query.copy(response, 0, 0, 2)
    return response
  }

  keep(key: string, response: Buffer): void {
    const found = tryRead(response)
    if (!found || found.seconds <= 0) return
    if (this.#kept.size >= MOST_KEPT) this.#forgetOldest()
    const atMs = this.#clock.monotonic()
    this.#kept.delete(key)
    this.#kept.set(key, {
      response,
      lifetimes: found.lifetimes,
      atMs,
      untilMs: atMs + found.seconds * 1000,
    })
  }

  /** Other resolvers may say other things. */
  clear(): void {
    this.#kept.clear()
  }

  #forgetOldest(): void {
    // A Map keeps the order of insertion.
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined) this.#kept.delete(oldest)
  }
}
