// Who gets the next connection: the backend with the fewest open ones; with affinity, the one the client had before.

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
  #backends: readonly Backend[] = []
  #affinitySeconds = 0
  /** Open connections by backend. */
  readonly #open = new Map<string, number>()
  readonly #remembered = new Map<string, Remembered>()
  /** Breaks ties, so that idle backends take turns. */
  #turn = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  update(backends: readonly Backend[], affinitySeconds: number): void {
    this.#backends = backends
    this.#affinitySeconds = affinitySeconds
    if (affinitySeconds === 0) this.#remembered.clear()
  }

  has(backend: Backend): boolean {
    return this.#backends.some((known) => nameOf(known) === nameOf(backend))
  }

  /** Undefined: nobody is there, or everybody in `failed` was. */
  choose(client: string, failed: ReadonlySet<Backend> = new Set()): Backend | undefined {
    const able = this.#backends.filter((backend) => !failed.has(backend))
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
