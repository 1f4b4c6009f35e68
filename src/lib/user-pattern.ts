import {RE2JS} from 're2js'

const MOST_KEPT = 1000
const patterns = new Map<string, RE2JS>()

/** Patterns come from users: they run on an engine that cannot be made slow. Compiled once a pattern. */
export const userPattern = (source: string): RE2JS => {
  let pattern = patterns.get(source)
  if (!pattern) {
    pattern = RE2JS.compile(source)
    if (patterns.size >= MOST_KEPT) patterns.clear()
    patterns.set(source, pattern)
  }
  return pattern
}
