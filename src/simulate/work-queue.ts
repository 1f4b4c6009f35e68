// Keys with something to do, a bounded number of them at the same time, never one key twice at once. Simulated nodes
// have no use for a controller's queue (back-off per key, metrics); they have thousands of keys at a time.
export interface WorkQueueOptions {
  readonly workers: number
  readonly work: (key: string) => Promise<void>
}

export class WorkQueue {
  readonly #waiting = new Set<string>()
  readonly #running = new Set<string>()
  readonly #options: WorkQueueOptions
  #closed = false
  #idle: (() => void) | undefined

  constructor(options: WorkQueueOptions) {
    this.#options = options
  }

  add(key: string): void {
    if (this.#closed) return
    this.#waiting.add(key)
    this.#next()
  }

  /** Takes nothing new, and settles when what is running is done. */
  async close(): Promise<void> {
    this.#closed = true
    this.#waiting.clear()
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  #next(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.workers) return
      if (this.#running.has(key)) continue
      this.#waiting.delete(key)
      this.#running.add(key)
      void this.#options.work(key).finally(() => this.#done(key))
    }
  }

  #done(key: string): void {
    this.#running.delete(key)
    if (this.#closed && this.#running.size === 0) this.#idle?.()
    this.#next()
  }
}
