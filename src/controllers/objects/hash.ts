// Stable short hashes for names: FNV-1a over the value with its keys in order.

const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined && inner !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  )
}

export const fnv32a = (text: string): number => {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** Letters that spell nothing, one for each digit of the number. */
export const safeEncode = (text: string): string =>
  [...Buffer.from(text)].map((byte) => SAFE_LETTERS[byte % SAFE_LETTERS.length]).join('')

/** What follows the dash in the names of ReplicaSets and revisions. Collisions are told apart by their count. */
export const templateHash = (template: unknown, collisionCount: number | undefined): string =>
  safeEncode(
    String(fnv32a(JSON.stringify(inOrder(template)) + (collisionCount === undefined ? '' : `#${collisionCount}`))),
  )
