// Many deadlines, one timer: what thousands of simulated pods or queued retries wait on.
import type {Clock, Timer} from './clock.ts'
import {Heap} from './heap.ts'

interface Deadline {
  readonly key: string
  readonly atMs: number
}

export class Deadlines implements Disposable {
  readonly #clock: Clock
  readonly #due: (key: string) => void
  readonly #heap = new Heap<Deadline>({keyOf: ({key}) => key, before: (left, right) => left.atMs < right.atMs})
  #timer: {readonly atMs: number; readonly timer: Timer} | undefined

  /** `due` is called once for each key whose time has come. */
  constructor(clock: Clock, due: (key: string) => void) {
    this.#clock = clock
    this.#due = due
  }

  get size(): number {
    return this.#heap.size
  }

  /** Due in `delayMs`; an earlier wish for the same key is forgotten. */
  set(key: string, delayMs: number): void {
    this.#heap.set({key, atMs: this.#clock.monotonic() + Math.max(delayMs, 0)})
    this.#arm()
  }

  /** Like `set`, unless the key is due sooner already. */
  setSooner(key: string, delayMs: number): void {
    const known = this.#heap.get(key)
    if (known === undefined || known.atMs > this.#clock.monotonic() + delayMs) this.set(key, delayMs)
  }

  delete(key: string): void {
    this.#heap.delete(key)
  }

  [Symbol.dispose](): void {
    this.#timer?.timer.cancel()
    this.#timer = undefined
    this.#heap.clear()
  }

  #arm(): void {
    const first = this.#heap.peek()
    if (first === undefined || (this.#timer && this.#timer.atMs <= first.atMs)) return
    this.#timer?.timer.cancel()
    const delayMs = Math.ceil(first.atMs - this.#clock.monotonic())
    this.#timer = {atMs: first.atMs, timer: this.#clock.after(delayMs, () => this.#fire())}
  }

  #fire(): void {
    this.#timer = undefined
    const now = this.#clock.monotonic()
    for (let first = this.#heap.peek(); first && first.atMs <= now; first = this.#heap.peek()) {
      this.#heap.delete(first.key)
      this.#due(first.key)
    }
    this.#arm()
  }
}
