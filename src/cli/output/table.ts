// The server's tables as text.

import {formatValue} from '../go/format.ts'
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import {namespaceOf, type Obj, stringsAt} from '../objects.ts'
import {escapeTerminal} from './escape-terminal.ts'

export interface TableColumn {
  readonly name: string
  readonly type?: string
  readonly format?: string
  readonly priority?: number
}
export interface TableRow {
  readonly cells: readonly unknown[]
  readonly object?: Obj
}
export interface Table {
  readonly kind: 'Table'
  readonly columnDefinitions?: readonly TableColumn[] | undefined
  readonly rows?: readonly TableRow[]
  readonly metadata?: {readonly continue?: string; readonly resourceVersion?: string}
}

export interface TableOptions {
  readonly wide: boolean
  readonly headers: boolean
  readonly withNamespace: boolean
  /** `configmap`: put before the names. */
  readonly kindPrefix?: string | undefined
  readonly showLabels: boolean
  readonly labelColumns: readonly string[]
  /** Put before every row and its header: EVENT. */
  readonly event?: string | undefined
  readonly withEvents?: boolean | undefined
  readonly remembered?: number[] | undefined
  readonly paint?: ((column: string, cell: string) => string) | undefined
}

/** A cell ends at its first line. */
const firstLine = (text: string): string => {
  const end = text.search(/[\f\n\r]/)
  return end < 0 ? text : `${text.slice(0, end)}...`
}

const cellText = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return escapeTerminal(firstLine(typeof value === 'string' ? value : formatValue(value)).replaceAll('\t', ' '))
}

const labelsText = (labels: Record<string, string>): string => {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
  return pairs.length === 0 ? '<none>' : pairs.join(',')
}

const labelHeader = (label: string): string => label.slice(label.lastIndexOf('/') + 1).toUpperCase()

const visibleColumns = (table: Table, wide: boolean): number[] =>
  (table.columnDefinitions ?? []).flatMap(({priority = 0}, index) => (wide || priority === 0 ? [index] : []))

/** MODIFIED: the longest word there is, so that later rows stand below. */
const EVENT_WIDTH = 8

const headerOf = (table: Table, columns: readonly number[], options: TableOptions): string[] => [
  ...(options.withEvents ? ['EVENT'.padEnd(EVENT_WIDTH)] : []),
  ...(options.withNamespace ? ['NAMESPACE'] : []),
  ...columns.map((index) => (table.columnDefinitions?.[index]?.name ?? '').toUpperCase()),
  ...options.labelColumns.map(labelHeader),
  ...(options.showLabels ? ['LABELS'] : []),
]

/** The column that holds names; events have none among those that are always shown. */
const nameColumn = (table: Table, columns: readonly number[]): number =>
  columns.findIndex((index) => {
    const {format, type} = table.columnDefinitions?.[index] ?? {}
    return format === 'name' && type === 'string'
  })

const rowOf = (
  {cells, object}: TableRow,
  columns: readonly number[],
  options: TableOptions,
  named: number,
): string[] => {
  const labels = stringsAt(object, 'metadata', 'labels')
  const own = columns.map((index) => cellText(cells[index]))
  if (options.kindPrefix && named >= 0) own[named] = `${options.kindPrefix}/${own[named]}`
  return [
    ...(options.withEvents ? [(options.event ?? '').padEnd(EVENT_WIDTH)] : []),
    ...(options.withNamespace ? [namespaceOf(object)] : []),
    ...own,
    ...options.labelColumns.map((label) => labels[label] ?? ''),
    ...(options.showLabels ? [labelsText(labels)] : []),
  ]
}

export const printTable = (table: Table, options: TableOptions): string => {
  const columns = visibleColumns(table, options.wide)
  const named = nameColumn(table, columns)
  const lines = (table.rows ?? []).map((row) => rowOf(row, columns, options, named))
  const header = headerOf(table, columns, options)
  if (options.headers) lines.unshift(header)
  if (lines.length === 0) return ''
  const text = alignTabs(`${lines.map((cells) => cells.join('\t')).join('\n')}\n`, {
    ...tableTabs,
    remembered: options.remembered,
  })
  return options.paint ? painted(text, header, options.paint, options.headers) : text
}

/** Colours do not count as width: they are put in when all is aligned. */
const painted = (
  text: string,
  header: readonly string[],
  paint: (column: string, cell: string) => string,
  hasHeader: boolean,
): string => {
  return text
    .split('\n')
    .map((line, index) => {
      if (index === 0 && hasHeader) return line
      const cells = line.split(/( {2,})/)
      return cells.map((cell, at) => (at % 2 === 0 && cell !== '' ? paint(header[at / 2] ?? '', cell) : cell)).join('')
    })
    .join('\n')
}
