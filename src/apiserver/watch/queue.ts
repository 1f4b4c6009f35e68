// Values from whoever pushes to whoever pulls, bounded: what does not fit ends it.

export class Queue<T> implements AsyncIterable<T> {
  readonly #limit: number
  readonly #onOverflow: () => void
  readonly #onClose: () => void
  #items: T[] = []
  #from = 0
  #ended = false
  #wake: (() => void) | undefined

  constructor(options: {readonly limit: number; readonly onOverflow: () => void; readonly onClose: () => void}) {
    this.#limit = options.limit
    this.#onOverflow = options.onOverflow
    this.#onClose = options.onClose
  }

  push(item: T): void {
    if (this.#ended) return
    this.#items.push(item)
    if (this.#items.length - this.#from > this.#limit) this.#onOverflow()
    this.#wake?.()
  }

  /** What is in the queue is still delivered. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        while (this.#from < this.#items.length) yield this.#items[this.#from++] as T
        this.#items = []
        this.#from = 0
        if (this.#ended) return
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
    } finally {
      this.#onClose()
    }
  }
}
