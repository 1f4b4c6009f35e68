// Names that are near to a misspelt one.

/** Insertions, deletions and replacements from one to the other, without regard to case. */
export const distance = (one: string, other: string): number => {
  const a = one.toLowerCase()
  const b = other.toLowerCase()
  let row = Array.from({length: b.length + 1}, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** At most two letters away, or beginning with what was typed. */
export const suggestions = (typed: string, names: readonly string[]): string[] =>
  names.filter((name) => distance(typed, name) <= 2 || name.toLowerCase().startsWith(typed.toLowerCase()))
