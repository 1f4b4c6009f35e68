// A priority queue whose items are also known by a key: what a scheduler's queues and a wheel of timers are made of.

export interface HeapOptions<T> {
  readonly keyOf: (item: T) => string
  /** A strict order: is `left` due before `right`? */
  readonly before: (left: T, right: T) => boolean
}

export class Heap<T> {
  readonly #items: T[] = []
  readonly #positions = new Map<string, number>()
  readonly #keyOf: HeapOptions<T>['keyOf']
  readonly #before: HeapOptions<T>['before']

  constructor({keyOf, before}: HeapOptions<T>) {
    this.#keyOf = keyOf
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  get(key: string): T | undefined {
    const position = this.#positions.get(key)
    return position === undefined ? undefined : this.#items[position]
  }

  has(key: string): boolean {
    return this.#positions.has(key)
  }

  /** In no particular order. */
  values(): readonly T[] {
    return this.#items
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  /** Adds the item, or takes the place of the one with its key. */
  set(item: T): void {
    const key = this.#keyOf(item)
    const position = this.#positions.get(key) ?? this.#items.length
    this.#place(item, position)
    this.#settle(position)
  }

  pop(): T | undefined {
    const first = this.#items[0]
    if (first !== undefined) this.delete(this.#keyOf(first))
    return first
  }

  delete(key: string): T | undefined {
    const position = this.#positions.get(key)
    if (position === undefined) return undefined
    const item = this.#items[position]
    const last = this.#items.pop()
    this.#positions.delete(key)
    if (last !== undefined && position < this.#items.length) {
      this.#place(last, position)
      this.#settle(position)
    }
    return item
  }

  clear(): void {
    this.#items.length = 0
    this.#positions.clear()
  }

  #place(item: T, position: number): void {
    this.#items[position] = item
    this.#positions.set(this.#keyOf(item), position)
  }

  #settle(position: number): void {
    this.#sink(this.#rise(position))
  }

  #rise(from: number): number {
    let position = from
    const item = this.#items[position] as T
    while (position > 0) {
      const parent = (position - 1) >> 1
      const above = this.#items[parent] as T
      if (!this.#before(item, above)) break
      this.#place(above, position)
      position = parent
    }
    if (position !== from) this.#place(item, position)
    return position
  }

  #sink(from: number): void {
    let position = from
    const item = this.#items[position] as T
    for (;;) {
      const child = this.#earlierChild(position)
      if (child === undefined || !this.#before(this.#items[child] as T, item)) break
      this.#place(this.#items[child] as T, position)
      position = child
    }
    if (position !== from) this.#place(item, position)
  }

  #earlierChild(position: number): number | undefined {
    const left = 2 * position + 1
    if (left >= this.#items.length) return undefined
    const right = left + 1
    if (right >= this.#items.length) return left
    return this.#before(this.#items[right] as T, this.#items[left] as T) ? right : left
  }
}
