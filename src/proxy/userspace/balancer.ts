// Who gets the next connection to a service port: the backend with the fewest open ones; with affinity, the one the client
// had before.

import type {Backend} from '../../api/service-ports.ts'
import type {Clock} from '../../lib/clock.ts'

const MOST_REMEMBERED = 50_000

const nameOf = ({address, port}: Backend): string => `${address}:${port}`

interface Remembered {
  readonly backend: string
  readonly untilMs: number
}

export class Balancer {
  readonly #clock: Clock
  #affinitySeconds = 0
  /** Open connections by backend. */
  readonly #open = new Map<string, number>()
  readonly #remembered = new Map<string, Remembered>()
  /** Breaks ties, so that idle backends take turns. */
  #turn = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** 0: clients are not remembered. */
  set affinitySeconds(seconds: number) {
    this.#affinitySeconds = seconds
    if (seconds === 0) this.#remembered.clear()
  }

  /** Undefined: nobody is there. */
  choose(client: string, able: readonly Backend[]): Backend | undefined {
    const kept = this.#affinitySeconds > 0 ? this.#recall(client, able) : undefined
    const chosen = kept ?? this.#leastBusy(able)
    if (chosen && this.#affinitySeconds > 0) this.#remember(client, chosen)
    return chosen
  }

  /** Counts a connection until the returned function is called. */
  opened(backend: Backend): () => void {
    const name = nameOf(backend)
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      const count = (this.#open.get(name) ?? 1) - 1
      if (count > 0) this.#open.set(name, count)
      else this.#open.delete(name)
    }
  }

  /** Connections that are open now. */
  get open(): number {
    let sum = 0
    for (const count of this.#open.values()) sum += count
    return sum
  }

  #leastBusy(able: readonly Backend[]): Backend | undefined {
    let best: Backend | undefined
    let fewest = Number.POSITIVE_INFINITY
    this.#turn += 1
    for (let at = 0; at < able.length; at++) {
      const backend = able[(at + this.#turn) % able.length]
      if (!backend) continue
      const count = this.#open.get(nameOf(backend)) ?? 0
      if (count < fewest) [best, fewest] = [backend, count]
    }
    return best
  }

  #recall(client: string, able: readonly Backend[]): Backend | undefined {
    const remembered = this.#remembered.get(client)
    if (!remembered || remembered.untilMs < this.#clock.now()) return undefined
    return able.find((backend) => nameOf(backend) === remembered.backend)
  }

  #remember(client: string, backend: Backend): void {
    // A Map keeps the order of insertion: the first entry is the one not seen for longest.
    this.#remembered.delete(client)
    this.#remembered.set(client, {
      backend: nameOf(backend),
      untilMs: this.#clock.now() + this.#affinitySeconds * 1000,
    })
    if (this.#remembered.size <= MOST_REMEMBERED) return
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined) this.#remembered.delete(oldest)
  }
}
