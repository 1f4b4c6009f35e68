// What pods and nodes use per second: two looks at what they have used so far. Pure.

export interface Sample {
  readonly atMs: number
  readonly cpuNanos: number
  readonly workingSetBytes: number
}

export interface Rate {
  readonly atMs: number
  readonly windowMs: number
  /** Billionths of a core. */
  readonly cpuNanos: number
  readonly workingSetBytes: number
}

/** Counters start anew with a container: then there is nothing to compare with yet. */
const rateOf = (before: Sample, now: Sample): Rate | undefined => {
  const windowMs = now.atMs - before.atMs
  if (windowMs <= 0 || now.cpuNanos < before.cpuNanos) return undefined
  const cpuNanos = Math.round((now.cpuNanos - before.cpuNanos) / (windowMs / 1000))
  return {atMs: now.atMs, windowMs, cpuNanos, workingSetBytes: now.workingSetBytes}
}

export class Samples {
  #before = new Map<string, Sample>()
  #now = new Map<string, Sample>()

  /** All that is there now; what is not is forgotten. */
  put(samples: ReadonlyMap<string, Sample>): void {
    this.#before = this.#now
    this.#now = new Map(samples)
  }
  rate(key: string): Rate | undefined {
    const [before, now] = [this.#before.get(key), this.#now.get(key)]
    return before && now && rateOf(before, now)
  }
}
