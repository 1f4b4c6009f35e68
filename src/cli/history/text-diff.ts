// A line diff, small and whole: enough for two versions of one object.

/** The longest common run of lines, by the classic table. */
const table = (from: readonly string[], to: readonly string[]): number[][] => {
  const lengths = Array.from({length: from.length + 1}, () => new Array<number>(to.length + 1).fill(0))
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--) {
      const row = lengths[i] as number[]
      row[j] =
        from[i] === to[j] ? 1 + (lengths[i + 1]?.[j + 1] ?? 0) : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0)
    }
  return lengths
}

/** Only the lines that changed, with their keys' depth kept. */
export const changedLines = (before: string, after: string): string[] => {
  const from = before.split('\n')
  const to = after.split('\n')
  const lengths = table(from, to)
  const lines: string[] = []
  let i = 0
  let j = 0
  while (i < from.length || j < to.length)
    if (i < from.length && j < to.length && from[i] === to[j]) {
      i++
      j++
    } else if (j >= to.length || (i < from.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)))
      lines.push(`-${from[i++]}`)
    else lines.push(`+${to[j++]}`)
  return lines
}
