// Keys that are due later: a heap and a single timer. A key waits for its earliest time only.
import type {Clock, Timer} from '../lib/clock.ts'

interface Entry {
  readonly key: string
  readonly dueMs: number
}

export class Delays {
  readonly #clock: Clock
  readonly #due: (key: string) => void
  readonly #heap: Entry[] = []
  readonly #earliest = new Map<string, number>()
  #timer: Timer | undefined
  #timerMs = Number.POSITIVE_INFINITY

  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock
    this.#due = due
  }

  get size(): number {
    return this.#earliest.size
  }
  add(key: string, delayMs: number): void {
    const dueMs = this.#clock.monotonic() + delayMs
    const known = this.#earliest.get(key)
    if (known !== undefined && known <= dueMs) return
    this.#earliest.set(key, dueMs)
    push(this.#heap, {key, dueMs})
    this.#arm()
  }
  /** The timer stays: it finds nothing to do. */
  remove(key: string): void {
    this.#earliest.delete(key)
  }
  clear(): void {
    this.#earliest.clear()
    this.#heap.length = 0
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(): void {
    const next = this.#heap[0]
    if (!next || (this.#timer && this.#timerMs <= next.dueMs)) return
    this.#timer?.cancel()
    this.#timerMs = next.dueMs
    this.#timer = this.#clock.after(Math.max(0, next.dueMs - this.#clock.monotonic()), () => this.#fire())
  }
  #fire(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonic()
    for (let next = this.#heap[0]; next && next.dueMs <= nowMs; next = this.#heap[0]) {
      pop(this.#heap)
      if (this.#earliest.get(next.key) !== next.dueMs) continue
      this.#earliest.delete(next.key)
      this.#due(next.key)
    }
    this.#arm()
  }
}

const push = (heap: Entry[], entry: Entry): void => {
  let at = heap.push(entry) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (!above || above.dueMs <= entry.dueMs) break
    heap[at] = above
    at = parent
  }
  heap[at] = entry
}

const pop = (heap: Entry[]): void => {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    if (!left) break
    const isRight = right !== undefined && right.dueMs < left.dueMs
    const child = isRight ? right : left
    if (child.dueMs >= last.dueMs) break
    heap[at] = child
    at = 2 * at + (isRight ? 2 : 1)
  }
  heap[at] = last
}
