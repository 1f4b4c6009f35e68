// additionalPrinterColumns: cells found by JSONPath, in the form their type asks for.
import {findResults} from '../../lib/jsonpath/evaluate.ts'
import {JsonPathError, type Node, parseJsonPath} from '../../lib/jsonpath/parse.ts'
import type {Column} from '../kind.ts'
import {ageDescription, nameColumn} from '../kinds/columns.ts'
import {ageOf} from '../meta/human-duration.ts'
import type {CustomResourceColumnDefinition} from '../schema/types.gen.ts'

type Cell = string | number | boolean | null

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)

const cellOf = (type: string, value: unknown, nowMs: number): Cell => {
  if (value === null || value === undefined) return null
  if (type === 'string') return asText(value)
  if (type === 'boolean') return typeof value === 'boolean' ? value : null
  if (type === 'integer')
    return typeof value === 'number' || typeof value === 'bigint' ? Math.trunc(Number(value)) : null
  // The server shows whole numbers only, whatever the column is called.
  if (type === 'number') return typeof value === 'number' && Number.isInteger(value) ? value : null
  if (type !== 'date' || typeof value !== 'string') return null
  return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageOf(value, nowMs)
}

/** The first of what the path names; nothing where it names nothing. */
export const pathReader = (path: string): ((object: unknown) => unknown) => {
  let nodes: readonly Node[] | undefined
  return (object) => {
    try {
      nodes ??= parseJsonPath(`{${path}}`)
      return findResults(nodes, object, {allowMissing: true})[0]?.[0]
    } catch (error) {
      if (error instanceof JsonPathError) return undefined
      throw error
    }
  }
}

const columnOf = (definition: CustomResourceColumnDefinition): Column => {
  const {name, type, format, description, priority, jsonPath} = definition
  const read = pathReader(jsonPath)
  return {
    name,
    type: type as Column['type'],
    format,
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
    cell: (object, nowMs) => cellOf(type, read(object), nowMs),
  }
}

const age: Column = {
  name: 'Age',
  type: 'date',
  description: ageDescription,
  priority: 0,
  cell: ({metadata}, nowMs) => ageOf(metadata?.creationTimestamp, nowMs),
}

export const customColumns = (
  definitions: readonly CustomResourceColumnDefinition[] | undefined,
): readonly Column[] => [nameColumn, ...(definitions && definitions.length > 0 ? definitions.map(columnOf) : [age])]
