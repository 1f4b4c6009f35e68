// JSON as Kubernetes reads it: syntax errors in Go's words, keys that were given twice are known, integers beyond 2^53
// are kept (as BigInt), nesting is limited. The usual text takes the engine's own parser and one look over its bytes;
// only what is special is read character by character.
import {parseSlowly} from './json-slow.ts'

/** Keys that an object of the document had more than once, by object. The last value is the one in the object. */
export type DuplicateKeys = ReadonlyMap<object, readonly string[]>

export interface ParsedJson {
  readonly value: unknown
  readonly duplicates?: DuplicateKeys | undefined
}

/** What is wrong with a text that should be JSON, as Go says it. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

export const maxDepth = 2000

// An int64 that a number cannot hold is a BigInt in memory, and the same digits in JSON.
const rawJson = (JSON as {rawJSON?: (text: string) => unknown}).rawJSON
if (!Object.hasOwn(BigInt.prototype, 'toJSON'))
  Object.defineProperty(BigInt.prototype, 'toJSON', {
    value(this: bigint): unknown {
      return rawJson ? rawJson(this.toString()) : Number(this)
    },
  })

const quote = 0x22
const backslash = 0x5c

const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start)
  while (end > 0 && text.charCodeAt(end - 1) === backslash) {
    let slashes = 1
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++
    if (slashes % 2 === 0) break
    end = text.indexOf('"', end + 1)
  }
  return end
}

interface Shape {
  readonly keys: number
  readonly depth: number
  readonly hasLongNumber: boolean
}

/** Counts what the parsed value alone does not tell. The text is valid JSON. */
const shapeOf = (text: string): Shape => {
  let keys = 0
  let depth = 0
  let deepest = 0
  let digits = 0
  let hasLongNumber = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at + 1)
    else if (code >= 0x30 && code <= 0x39) {
      if (++digits === 16) hasLongNumber = true
      continue
    } else if (code === 0x3a) keys++
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) deepest = depth
    } else if (code === 0x7d || code === 0x5d) depth--
    digits = 0
  }
  return {keys, depth: deepest, hasLongNumber}
}

const countKeys = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) for (const item of value) keys += countKeys(item)
  else
    for (const inner of Object.values(value)) {
      keys++
      if (typeof inner === 'object') keys += countKeys(inner)
    }
  return keys
}

export const parseJson = (text: string): ParsedJson => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return parseSlowly(text, maxDepth)
  }
  const shape = shapeOf(text)
  if (shape.depth > maxDepth || shape.hasLongNumber || shape.keys !== countKeys(value))
    return parseSlowly(text, maxDepth)
  return {value}
}
