// Tables as minikube's commands draw them for people; for programs the same rows as plain columns.
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import type {Io} from '../io.ts'

export const tableFor = async (
  io: Pick<Io, 'isTerminal'>,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<string> => {
  if (!io.isTerminal.out)
    return alignTabs(
      [head.map((title) => title.toUpperCase()), ...rows].map((row) => `${row.join('\t')}\n`).join(''),
      tableTabs,
    )
  const {default: Table} = await import('cli-table3')
  const drawn = new Table({head: [...head], style: {head: [], border: [], compact: true}})
  drawn.push(...rows.map((row) => [...row]))
  return `${drawn.toString()}\n`
}
