// -o custom-columns: a header and a path for each column.

import {findResults, Text} from '../../lib/jsonpath/evaluate.ts'
import {type Node, parseJsonPath, relaxedPath} from '../../lib/jsonpath/parse.ts'
import {formatValue} from '../go/format.ts'
import {alignTabs, tableTabs} from '../go/tabwriter.ts'
import {escapeTerminal} from './escape-terminal.ts'

export interface CustomColumn {
  readonly header: string
  /** Read when the first object is printed: a mistake in it shows below the headers. */
  readonly path: string
}

export const parseColumns = (spec: string): CustomColumn[] => {
  if (spec === '') throw new Error('custom-columns format specified but no custom columns given')
  return splitColumns(spec).map((part) => {
    const colon = part.indexOf(':')
    if (colon < 0) throw new Error(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
    return {header: part.slice(0, colon), path: relaxedPath(part.slice(colon + 1))}
  })
}

/** Commas divide columns, except in brackets. */
const splitColumns = (spec: string): string[] => {
  const parts = ['']
  let depth = 0
  for (const char of spec) {
    if (char === '[' || char === '(') depth++
    if (char === ']' || char === ')') depth--
    if (char === ',' && depth <= 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

const missingLine =
  'invalid template, missing header line. Expected format is one line of space separated headers, one line of space separated column specs.'

/** Two lines: headers, and the paths below them. */
export const parseColumnsFile = (text: string): CustomColumn[] => {
  const [headers = [], paths = []] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/))
  if (headers.length === 0) throw new Error(missingLine)
  if (headers.length !== paths.length)
    throw new Error(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`)
  return headers.map((header, index) => ({header, path: relaxedPath(paths[index] ?? '')}))
}

const cell = (object: unknown, nodes: readonly Node[]): string => {
  const values = findResults(nodes, object, {allowMissing: true}).flat()
  if (values.length === 0) return '<none>'
  return values
    .map((value) => (value instanceof Text ? value.text : value === null ? '<none>' : formatValue(value)))
    .map(escapeTerminal)
    .join(',')
}

/** What stood before a failure is printed all the same. */
export const printColumns = (
  columns: readonly CustomColumn[],
  objects: readonly unknown[],
  options: {
    readonly headers: boolean
    readonly remembered?: number[] | undefined
    readonly out: (text: string) => void
  },
): void => {
  const lines: string[] = []
  try {
    if (options.headers) lines.push(columns.map(({header}) => header).join('\t'))
    const paths = columns.map(({path}) => parseJsonPath(path))
    for (const object of objects) lines.push(paths.map((nodes) => cell(object, nodes)).join('\t'))
  } finally {
    if (lines.length > 0)
      options.out(alignTabs(`${lines.join('\n')}\n`, {...tableTabs, remembered: options.remembered}))
  }
}
