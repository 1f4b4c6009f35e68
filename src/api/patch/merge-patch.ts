// JSON merge patch (RFC 7396). Returns new objects along the changed paths and shares the rest; the keys of what was
// touched are sorted, as they are in the real server's messages.
import {isObject, setOwn} from '../schema/own.ts'

const sorted = (entries: Map<string, unknown>): Record<string, unknown> => {
  const result = {}
  for (const key of [...entries.keys()].sort()) setOwn(result, key, entries.get(key))
  return result
}

/** A null in a value that is new means nothing. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const result = {}
  for (const [key, inner] of Object.entries(value)) if (inner !== null) setOwn(result, key, withoutNulls(inner))
  return result
}

export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  if (!isObject(target)) return withoutNulls(patch)
  const entries = new Map<string, unknown>(Object.entries(target))
  for (const [key, value] of Object.entries(patch))
    if (value === null) entries.delete(key)
    else entries.set(key, mergePatch(entries.get(key), value))
  return sorted(entries)
}
