// How many cores something uses now: from how much it had used when it was last asked about.
const SHORTEST_MS = 1000

interface Sample {
  readonly atMs: number
  readonly cpuNanos: number
}

export class Rates {
  readonly #samples = new Map<string, {last: Sample; rate: number}>()

  /** In billionths of a core; 0 until two samples are far enough apart. */
  nanoCores(key: string, now: Sample): number {
    const known = this.#samples.get(key)
    if (known && now.atMs - known.last.atMs < SHORTEST_MS) return known.rate
    const seconds = known ? (now.atMs - known.last.atMs) / 1000 : 0
    const rate = known && seconds > 0 ? Math.max(0, Math.round((now.cpuNanos - known.last.cpuNanos) / seconds)) : 0
    this.#samples.set(key, {last: now, rate})
    return rate
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#samples.keys()) if (!keys.has(key)) this.#samples.delete(key)
  }
}
