// Keyed items in order: an array of short sorted arrays. Adding and removing move at most one short array, a range
// is read straight from the arrays, and counting adds up lengths. (Order is that of JavaScript's `<`.)

interface Keyed {
  readonly key: string
}

const LONGEST_CHUNK = 256

/** The first key behind all keys that begin with `prefix`; undefined when there is none. */
export const endOfPrefix = (prefix: string): string | undefined => {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const code = prefix.charCodeAt(last)
    if (code < 0xffff) return prefix.slice(0, last) + String.fromCharCode(code + 1)
  }
  return undefined
}

/** Where `key` is or would be. */
const positionIn = <T extends Keyed>(chunk: readonly T[], key: string): number => {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunk[middle]?.key ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}

export class SortedKeys<T extends Keyed> {
  /** Never empty chunks. */
  readonly #chunks: T[][] = []

  add(item: T): void {
    const at = Math.min(this.#chunkOf(item.key), this.#chunks.length - 1)
    const chunk = this.#chunks[at]
    if (chunk === undefined) {
      this.#chunks.push([item])
      return
    }
    chunk.splice(positionIn(chunk, item.key), 0, item)
    if (chunk.length > LONGEST_CHUNK) this.#chunks.splice(at + 1, 0, chunk.splice(chunk.length >>> 1))
  }

  remove(key: string): void {
    const at = this.#chunkOf(key)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return
    const position = positionIn(chunk, key)
    if (chunk[position]?.key !== key) return
    if (chunk.length === 1) this.#chunks.splice(at, 1)
    else chunk.splice(position, 1)
  }

  /** Visits items with `start <= key < end` in order until `visit` returns false. */
  between(start: string, end: string | undefined, visit: (item: T) => boolean): void {
    for (let at = this.#chunkOf(start), first = true; at < this.#chunks.length; at++, first = false) {
      const chunk = this.#chunks[at] ?? []
      for (let position = first ? positionIn(chunk, start) : 0; position < chunk.length; position++) {
        const item = chunk[position]
        if (item === undefined || (end !== undefined && item.key >= end) || !visit(item)) return
      }
    }
  }

  count(start: string, end: string | undefined): number {
    return Math.max((end === undefined ? this.#size() : this.#before(end)) - this.#before(start), 0)
  }

  #size(): number {
    let size = 0
    for (const chunk of this.#chunks) size += chunk.length
    return size
  }

  /** How many keys are less than `key`. */
  #before(key: string): number {
    const at = this.#chunkOf(key)
    let before = 0
    for (let index = 0; index < at; index++) before += this.#chunks[index]?.length ?? 0
    return before + positionIn(this.#chunks[at] ?? [], key)
  }

  /** The first chunk that ends at or behind `key`; the number of chunks if none does. */
  #chunkOf(key: string): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#chunks[middle]?.at(-1)?.key ?? '') < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
