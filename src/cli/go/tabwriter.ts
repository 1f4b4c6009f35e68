// Elastic tab stops, as Go's text/tabwriter aligns them: a column is a run of neighbouring lines that have a cell there.

export interface TabOptions {
  readonly minWidth: number
  readonly padding: number
  /** Widths of an earlier block that are kept at least: for output that goes on. */
  readonly remembered?: number[] | undefined
}

/** kubectl's tables. */
export const tableTabs: TabOptions = {minWidth: 6, padding: 3}
/** kubectl's descriptions. */
export const describeTabs: TabOptions = {minWidth: 0, padding: 2}

const widthOf = (text: string): number => {
  let width = 0
  for (const _ of text) width++
  return width
}

/** Lines with tabs between cells; the last cell of a line belongs to no column. */
export const alignTabs = (text: string, options: TabOptions): string => {
  const endsWithBreak = text.endsWith('\n')
  const rows = (endsWithBreak ? text.slice(0, -1) : text).split('\n').map((line) => line.split('\t'))
  const out: string[] = rows.map(() => '')

  const format = (from: number, to: number, widths: readonly number[]): void => {
    const column = widths.length
    let row = from
    while (row < to) {
      if (column >= (rows[row]?.length ?? 1) - 1) {
        row++
        continue
      }
      // Lines before this block have no cell in the column: they are done.
      const start = row
      let width = options.minWidth
      for (; row < to && column < (rows[row]?.length ?? 1) - 1; row++)
        width = Math.max(width, widthOf(rows[row]?.[column] ?? '') + options.padding)
      if (options.remembered) {
        width = Math.max(width, options.remembered[column] ?? 0)
        options.remembered[column] = width
      }
      for (let index = start; index < row; index++) blockWidths[index] = [...widths, width]
      format(start, row, [...widths, width])
    }
  }
  const blockWidths: (readonly number[])[] = rows.map(() => [])
  format(0, rows.length, [])
  rows.forEach((cells, index) => {
    const widths = blockWidths[index] ?? []
    out[index] = cells
      .map((cell, column) =>
        column === cells.length - 1 ? cell : cell + ' '.repeat(Math.max((widths[column] ?? 0) - widthOf(cell), 0)),
      )
      .join('')
  })
  return out.join('\n') + (endsWithBreak ? '\n' : '')
}
