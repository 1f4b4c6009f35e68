// A unified diff of two values written as JSON, as messages about immutable specs end with.

const linesOf = (value: unknown): string[] => JSON.stringify(value, null, 1).split('\n')

type Mark = ' ' | '-' | '+'
interface Line {
  readonly mark: Mark
  readonly text: string
}

/** Longest common subsequence; the values are small. */
const compare = (before: readonly string[], after: readonly string[]): Line[] => {
  const lengths = Array.from({length: before.length + 1}, () => new Array<number>(after.length + 1).fill(0))
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--) {
      const target = lengths[row]
      if (target)
        target[column] =
          before[row] === after[column]
            ? at(row + 1, column + 1) + 1
            : Math.max(at(row + 1, column), at(row, column + 1))
    }
  const lines: Line[] = []
  let [row, column] = [0, 0]
  while (row < before.length || column < after.length)
    if (row < before.length && column < after.length && before[row] === after[column]) {
      lines.push({mark: ' ', text: before[row] ?? ''})
      row++
      column++
    } else if (row < before.length && (column >= after.length || at(row + 1, column) >= at(row, column + 1)))
      lines.push({mark: '-', text: before[row++] ?? ''})
    else lines.push({mark: '+', text: after[column++] ?? ''})
  return lines
}

const context = 3

/** Index ranges of lines to show: changes with three lines around them. */
const hunksOf = (lines: readonly Line[]): [number, number][] => {
  const hunks: [number, number][] = []
  for (const [index, {mark}] of lines.entries()) {
    if (mark === ' ') continue
    const last = hunks.at(-1)
    const [from, to] = [Math.max(index - context, 0), Math.min(index + context + 1, lines.length)]
    if (last && from <= last[1]) last[1] = to
    else hunks.push([from, to])
  }
  return hunks
}

export const unifiedDiff = (before: unknown, after: unknown): string => {
  const lines = compare(linesOf(before), linesOf(after))
  const count = (from: number, to: number, skip: Mark): number =>
    lines.slice(from, to).filter(({mark}) => mark !== skip).length
  return hunksOf(lines)
    .map(([from, to]) => {
      const head = `@@ -${count(0, from, '+') + 1},${count(from, to, '+')} +${count(0, from, '-') + 1},${count(from, to, '-')} @@\n`
      return (
        head +
        lines
          .slice(from, to)
          .map(({mark, text}) => `${mark}${text}\n`)
          .join('')
      )
    })
    .join('')
}
