// Chance as a dependency. `seeded` makes a run repeatable: print the seed when a test fails.

export interface Random {
  /** A number in [0, 1). */
  next(): number
}

export const systemRandom: Random = {next: () => Math.random()}

/** mulberry32: small, fast, good enough for tests and jitter; not for secrets. */
export const seeded = (seed: number): Random => {
  let state = seed >>> 0
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
  }
}

export const pick = <T>(random: Random, items: readonly T[]): T | undefined =>
  items[Math.floor(random.next() * items.length)]

/** The letters Kubernetes uses for generated names: no vowels, nothing that reads alike. */
const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

export const safeName = (random: Random, length: number): string =>
  Array.from({length}, () => pick(random, [...SAFE_LETTERS])).join('')
