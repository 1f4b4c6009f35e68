// Short hashes for names, as Kubernetes makes them.
import {dumpTemplate, UnknownGoType} from '../template-hash/go-dump.ts'

const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

export const fnv32a = (bytes: Uint8Array): number => {
  let hash = OFFSET
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME)
  return hash >>> 0
}

const fnv32 = (bytes: Uint8Array): number => {
  let hash = OFFSET
  for (const byte of bytes) hash = Math.imul(hash, PRIME) ^ byte
  return hash >>> 0
}

/** Letters that spell nothing, one for each digit of the number. */
export const safeEncode = (text: string): string =>
  [...Buffer.from(text)].map((byte) => SAFE_LETTERS[byte % SAFE_LETTERS.length]).join('')

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

/** JSON as Go writes it. */
const goJson = (value: unknown): string =>
  JSON.stringify(inOrder(value)).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Rare volume types are not in the table of Go's structs: any hash that stays the same will do. */
const dump = (template: unknown): string => {
  try {
    return dumpTemplate(template)
  } catch (error) {
    if (error instanceof UnknownGoType) return goJson(template)
    throw error
  }
}

/** What follows the dash in the names of ReplicaSets and of a DaemonSet's revisions. Collisions are told apart. */
export const templateHash = (template: unknown, collisionCount: number | undefined): string => {
  const text = Buffer.from(dump(template))
  if (collisionCount === undefined) return safeEncode(String(fnv32a(text)))
  const count = Buffer.alloc(8)
  count.writeUInt32LE(collisionCount)
  return safeEncode(String(fnv32a(Buffer.concat([text, count]))))
}

/** The same for a StatefulSet's revisions: of the bytes they keep. */
export const revisionHash = (data: unknown, collisionCount: number | undefined): string =>
  safeEncode(String(fnv32(Buffer.from(`${goJson(data)}${collisionCount ?? 0}`))))
