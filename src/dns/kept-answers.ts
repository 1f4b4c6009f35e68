// Answers from the zone as bytes, until the zone changes. Those with several addresses are kept in several orders that
// take turns: clients that use the first address then spread over all of them.

const MOST_KEPT = 10_000
const MOST_ORDERS = 8

interface Kept {
  readonly orders: readonly Buffer[]
  turn: number
}

/** The same records in each order worth having: a different one comes first. */
export const ordersOf = <T>(records: readonly T[]): readonly (readonly T[])[] => {
  const count = Math.max(1, Math.min(records.length, MOST_ORDERS))
  return Array.from({length: count}, (_, at) => {
    const start = Math.floor((at * records.length) / count)
    return [...records.slice(start), ...records.slice(0, start)]
  })
}

export class KeptAnswers {
  #kept = new Map<string, Kept>()
  #generation = -1

  /** A fresh copy with the query's id in it. */
  find(key: string, generation: number, query: Buffer): Buffer | undefined {
    if (generation !== this.#generation) return undefined
    const kept = this.#kept.get(key)
    return kept && take(kept, query)
  }

  keep(key: string, generation: number, orders: readonly Buffer[], query: Buffer): Buffer {
    if (generation !== this.#generation || this.#kept.size >= MOST_KEPT) {
      this.#kept = new Map()
      this.#generation = generation
    }
    const kept = {orders, turn: 0}
    this.#kept.set(key, kept)
    return take(kept, query)
  }

  clear(): void {
    this.#kept.clear()
  }
}

const take = (kept: Kept, query: Buffer): Buffer => {
  const {orders} = kept
  const chosen = orders[kept.turn] ?? Buffer.alloc(0)
  kept.turn = (kept.turn + 1) % orders.length
  const response = Buffer.from(chosen)
  response[0] = query[0] ?? 0
  response[1] = query[1] ?? 0
  return response
}
