// JSON values as YAML, byte for byte as sigs.k8s.io/yaml writes them.
import {compareKeys} from './key-order.ts'
import {writeString} from './scalar.ts'

const isEmptyCollection = (value: object): boolean =>
  Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0

const writeNumber = (value: number): string => {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value)
  // Go's %g: exponents have two digits at least and start at 1e+21.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

const writeScalar = (value: unknown, column: number, indent: number): string => {
  if (typeof value === 'string') return writeString(value, {column, indent, key: false})
  if (typeof value === 'number') return writeNumber(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'object') return Array.isArray(value) ? '[]' : '{}'
  return String(value)
}

const isBlock = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !isEmptyCollection(value)

const pad = (indent: number): string => ' '.repeat(indent)

const writeKey = (key: string, indent: number): string => {
  const text = writeString(key, {column: indent, indent: indent + 2, key: true})
  // A key that is too long for one line is written as an explicit one.
  return [...key].length > 128 ? `? ${text}\n${pad(indent)}` : text
}

const writeMapping = (map: object, indent: number): string =>
  Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => compareKeys(one, other))
    .map(([key, value], index) => {
      const head = `${index === 0 ? '' : pad(indent)}${writeKey(key, indent)}:`
      if (!isBlock(value)) {
        const column = head.slice(head.lastIndexOf('\n') + 1).length + (index === 0 ? indent : 0)
        return `${head} ${writeScalar(value, column + 1, indent + 2)}\n`
      }
      // Items of a list stand under their key, not deeper.
      const inner = Array.isArray(value) ? indent : indent + 2
      return `${head}\n${pad(inner)}${writeBlock(value, inner)}`
    })
    .join('')

const writeSequence = (list: readonly unknown[], indent: number): string =>
  list
    .map((item, index) => {
      const head = `${index === 0 ? '' : pad(indent)}- `
      return isBlock(item)
        ? `${head}${writeBlock(item, indent + 2)}`
        : `${head}${writeScalar(item, indent + 2, indent + 2)}\n`
    })
    .join('')

const writeBlock = (value: object, indent: number): string =>
  Array.isArray(value) ? writeSequence(value, indent) : writeMapping(value, indent)

export const writeYaml = (value: unknown): string =>
  isBlock(value) ? writeBlock(value, 0) : `${writeScalar(value, 0, 2)}\n`
